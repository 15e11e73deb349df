/** The import rules that test/architecture.test.ts checks, and their table in
 * docs/architecture.md. */

export type Rule = {
  readonly room: string;
  /** Below source/, with a trailing slash for folders. */
  readonly folder: string;
  /** Rooms and packages. */
  readonly may: readonly string[];
};

export const rules: readonly Rule[] = [
  { room: 'core', folder: 'core/', may: ['core'] },
  { room: 'text', folder: 'text/', may: ['core', 'text', 'string-width'] },
  { room: 'guard', folder: 'guard/', may: ['core', 'text', 'guard'] },
  {
    room: 'host',
    folder: 'host/',
    may: [
      'core',
      'host',
      'node:*',
      'execa',
      'ps-list',
      'pidusage',
      'proper-lockfile',
      'prom-client',
      '@koromix/koffi-linux-x64',
      '@koromix/koffi-linux-arm64',
      '@koromix/koffi-darwin-x64',
      '@koromix/koffi-darwin-arm64',
    ],
  },
  {
    room: 'fleet transport',
    folder: 'fleet/ssh/',
    may: ['core', 'fleet', 'host', 'fleet transport', 'node:*'],
  },
  { room: 'fleet', folder: 'fleet/', may: ['core', 'text', 'fleet'] },
  { room: 'demo', folder: 'demo/', may: ['core', 'demo', 'host'] },
  {
    room: 'wiring',
    folder: 'wiring/',
    may: [
      'core',
      'text',
      'guard',
      'fleet',
      'fleet transport',
      'host',
      'demo',
      'screen',
      'cli',
      'wiring',
      'node:*',
    ],
  },
  { room: 'screen state', folder: 'screen/state/', may: ['core', 'fleet', 'screen state'] },
  {
    room: 'components',
    folder: 'components/',
    may: ['core', 'text', 'screen state', 'components', 'ink'],
  },
  {
    room: 'screen input',
    folder: 'screen/input/',
    may: ['screen state', 'components', 'screen input'],
  },
  {
    room: 'screen',
    folder: 'screen/',
    may: [
      'core',
      'text',
      'fleet',
      'components',
      'screen state',
      'screen input',
      'screen',
      'ink',
      'node:*',
    ],
  },
  {
    room: 'cli',
    folder: 'cli/',
    may: ['core', 'text', 'guard', 'fleet', 'screen input', 'cli', 'meow', 'node:*'],
  },
  /** The composition root. */
  {
    room: 'cli.tsx',
    folder: 'cli.tsx',
    may: ['core', 'text', 'fleet', 'host', 'demo', 'wiring', 'cli', 'node:*'],
  },
];

/** @param path below source/. */
export function ruleOf(path: string): Rule | undefined {
  return rules.find(({ folder }) => path.startsWith(folder));
}

const rooms = new Set(rules.map(({ room }) => room));
const code = (words: readonly string[]) => words.map(each => `\`${each}\``).join(', ');

/** The rules as a Markdown table. The packages of one author are listed together. */
function tableLines(): string[] {
  const rows = rules.map(({ room, folder, may }) => {
    const names = may.map(each => each.replace(/^(@[^/]+)\/.*/, '$1/*'));
    const packages = [...new Set(names.filter(each => !rooms.has(each)))];
    const others = names.filter(each => rooms.has(each));
    return `| ${room} | ${code([folder])} | ${others.join(', ')} | ${code(packages)} |`;
  });
  return ['| room | folder | may import | and of packages |', '| --- | --- | --- | --- |', ...rows];
}

export const architecturePath = 'docs/architecture.md';

/** @param page docs/architecture.md. @returns the page with the table regenerated. */
export function withImportTable(page: string): string {
  const marked = /<!-- imports -->\n[\s\S]*?<!-- \/imports -->/;
  if (!marked.test(page)) throw new Error(`${architecturePath} has no place for the imports`);
  return page.replace(marked, () =>
    ['<!-- imports -->', ...tableLines(), '<!-- /imports -->'].join('\n'),
  );
}
