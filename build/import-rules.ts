/** Who may import whom: the rules that test/architecture.test.ts holds the sources against, and the table of them
 * in docs/architecture.md. */

export type Rule = {
  readonly room: string;
  /** Directories, with a slash at the end, and files. */
  readonly files: readonly string[];
  /** Rooms and packages. */
  readonly may: readonly string[];
};

export const rules: readonly Rule[] = [
  { room: 'core', files: ['core/'], may: ['core'] },
  { room: 'text', files: ['text/'], may: ['core', 'text', 'string-width'] },
  {
    room: 'host',
    files: ['host/'],
    may: [
      'core',
      'host',
      'node:*',
      'execa',
      'ps-list',
      'pidusage',
      'proper-lockfile',
      '@koromix/koffi-linux-x64',
      '@koromix/koffi-linux-arm64',
      '@koromix/koffi-darwin-x64',
      '@koromix/koffi-darwin-arm64',
    ],
  },
  {
    room: 'components',
    files: ['components/'],
    may: ['core', 'text', 'components', 'ink', 'react'],
  },
  { room: 'screen', files: ['screen/'], may: ['text', 'screen'] },
  { room: 'commands', files: ['commands/'], may: ['core', 'text', 'commands'] },
  { room: 'keys', files: ['keys.ts', 'key-actions.ts'], may: ['core', 'screen', 'keys'] },
  {
    room: 'options',
    files: [
      'options.ts',
      'deploy-options.ts',
      'policy-options.ts',
      'option-table.ts',
      'option-spec.ts',
      'command-table.ts',
      'config-file.ts',
      'arguments.ts',
    ],
    may: ['core', 'text', 'commands', 'options', 'meow'],
  },
  {
    room: 'completion',
    files: ['completion/'],
    may: ['core', 'text', 'commands', 'options', 'completion'],
  },
  {
    room: 'manual',
    files: ['manual/'],
    may: ['core', 'text', 'commands', 'keys', 'options', 'manual'],
  },
  { room: 'output', files: ['terminal-output.ts'], may: ['text', 'commands', 'chalk'] },
  {
    room: 'app',
    files: [
      'app.tsx',
      'ink-view.tsx',
      'perform.ts',
      'polling.ts',
      'attaching.ts',
      'mouse.ts',
      'departure.ts',
    ],
    may: ['core', 'components', 'screen', 'keys', 'options', 'output', 'app', 'ink', 'chalk'],
  },
  { room: 'surroundings', files: ['surroundings.ts', 'heap.ts'], may: ['app', 'node:*'] },
  {
    room: 'settings',
    files: ['settled-options.ts', 'deploy-request.ts', 'checks.ts'],
    may: ['core', 'host', 'options', 'node:*'],
  },
  {
    room: 'cli',
    files: ['cli.tsx'],
    may: [
      'core',
      'text',
      'host',
      'commands',
      'options',
      'completion',
      'manual',
      'output',
      'app',
      'surroundings',
      'settings',
      'node:*',
    ],
  },
];

/** @param path below source/. */
export function ruleOf(path: string): Rule | undefined {
  return rules.find(({ files }) =>
    files.some(each => (each.endsWith('/') ? path.startsWith(each) : path === each)),
  );
}

const rooms = new Set(rules.map(({ room }) => room));
const code = (words: readonly string[]) => words.map(each => `\`${each}\``).join(', ');

/** As a table in Markdown. The packages of one maker are one word. */
function tableLines(): string[] {
  const rows = rules.map(({ room, files, may }) => {
    const names = may.map(each => each.replace(/^(@[^/]+)\/.*/, '$1/*'));
    const packages = [...new Set(names.filter(each => !rooms.has(each)))];
    const others = names.filter(each => rooms.has(each));
    return `| ${room} | ${code(files)} | ${others.join(', ')} | ${code(packages)} |`;
  });
  return [
    '| room | its files | may import | and of packages |',
    '| --- | --- | --- | --- |',
    ...rows,
  ];
}

export const architecturePath = 'docs/architecture.md';

/** @param page docs/architecture.md. @returns the same with the table made anew. */
export function withImportTable(page: string): string {
  const marked = /<!-- imports -->\n[\s\S]*?<!-- \/imports -->/;
  if (!marked.test(page)) throw new Error(`${architecturePath} has no place for the imports`);
  return page.replace(marked, () =>
    ['<!-- imports -->', ...tableLines(), '<!-- /imports -->'].join('\n'),
  );
}
