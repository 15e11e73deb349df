/** The house rules: who may import whom, no cycles, small files, names that say something. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { architecturePath, ruleOf, rules, withImportTable } from '../build/import-rules.ts';

type Source = { readonly path: string; readonly text: string };

const mostLines = 250;
const emptyNames = /(^|[-/])(utils?|helpers?|common|misc|manager|service)\.tsx?$/;

const root = fileURLToPath(new URL('../source', import.meta.url));
const sources: readonly Source[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(path => /\.tsx?$/.test(path))
  .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }));

function importsOf({ path, text }: Source): string[] {
  const statement =
    /^(?:import|export)(?: type)? [\w*{][^'=();]*? from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;
  const found = [...text.matchAll(statement)].map(match => match[1] ?? match[2] ?? match[3] ?? '');
  return found.map(name => (name.startsWith('.') ? normalize(join(dirname(path), name)) : name));
}

function roomOf(path: string): string | undefined {
  return ruleOf(path)?.room;
}

function wrongImports(files: readonly Source[]): string[] {
  const paths = new Set(files.map(file => file.path));
  return files.flatMap(file => {
    const rule = ruleOf(file.path);
    if (rule === undefined) return [`${file.path} belongs to no room`];
    return importsOf(file)
      .filter(name => !rule.may.includes(wordOf(name, paths)))
      .map(name => `${file.path} imports ${name}`);
  });
}

/** What a rule calls an import: the room of a source, all of Node, or the package. */
function wordOf(name: string, paths: ReadonlySet<string>): string {
  if (name.startsWith('node:')) return 'node:*';
  return (paths.has(name) ? roomOf(name) : undefined) ?? name;
}

/** What a rule allows and nobody makes use of. */
function unneeded(files: readonly Source[]): string[] {
  const paths = new Set(files.map(file => file.path));
  return rules.flatMap(({ room, may }) => {
    const own = files.filter(file => roomOf(file.path) === room);
    const used = new Set(own.flatMap(importsOf).map(name => wordOf(name, paths)));
    return may.filter(each => each !== room && !used.has(each)).map(each => `${room}: ${each}`);
  });
}

/** One import circle, as the files in it; type imports count too. */
function cycles(files: readonly Source[]): string[] {
  const byPath = new Map(
    files.map(file => [
      file.path,
      importsOf(file).filter(name => files.some(each => each.path === name)),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path) || trail.includes(path)) return;
    for (const next of byPath.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of byPath.keys()) visit(path, []);
  return found;
}

const tooLong = (files: readonly Source[]) =>
  files.filter(file => file.text.split('\n').length - 1 > mostLines).map(file => file.path);
const badNames = (files: readonly Source[]) =>
  files.map(file => file.path).filter(path => emptyNames.test(path));
/** In core `process` is always a process of the machine: node:process is not to be had there. */
const exitsElsewhere = (files: readonly Source[]) =>
  files
    .filter(file => file.path !== 'cli.tsx' && roomOf(file.path) !== 'core')
    .filter(file => /\bprocess\.(exit\(|argv\.slice)/.test(file.text))
    .map(file => file.path);
const textElsewhere = (files: readonly Source[]) =>
  files
    .filter(
      file =>
        file.path !== 'components/text-line.tsx' &&
        /import \{[^}]*\bText\b[^}]*\} from 'ink'/.test(file.text),
    )
    .map(file => file.path);

/** Sentences are for people: what is decided is decided on kinds, and a row's key is never cut open. */
const decidesOnText = (files: readonly Source[]) => {
  const words = String.raw`(?:\.|\b)(?:reasons?|message|says|said|evidence|why|refused|spared)(?:\[\d\]|\.at\([^)]*\))?(?:\?*\.text)?`;
  const compared = [
    new RegExp(
      String.raw`${words}\)?\??\.(?:startsWith|endsWith|includes|indexOf|match|search|slice|split)\(['"\`/]`,
    ),
    /(?:reason|message|says|why)(?:\??\.text)? (?:===|!==) ['"`a-z]/,
    /\.test\((?:\w+\??\.)*(?:reason|message|says)(?:\.text)?\)/,
    /switch \((?:\w+\.)*(?:reason|message|says)(?:\.text)?\)/,
    /\bkey\??\.(?:startsWith|endsWith|slice|split|indexOf|replace|match|substring)\(/,
  ];
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .filter(line => !line.includes('undefined') && compared.some(each => each.test(line)))
      // Names of options, not of rows.
      .filter(
        line => !(path === 'cli/arguments/arguments.ts' && line.includes('key.replace(/[A-Z]/g')),
      )
      // The first line of what a program said.
      .filter(line => !line.includes("split('\\n')"))
      // The words of tmux are read where they come in.
      .filter(() => path !== 'host/tmux/tmux-client.ts')
      .map(line => `${path}: ${line.trim()}`),
  );
};

/** Files that name /proc: those that read it on Linux, and the one that says whether it is read. */
const readsProc = /^host\/processes\/(proc-[\w-]+|signals|process-source)\.ts$/;
const withoutComments = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
const procElsewhere = (files: readonly Source[]) =>
  files
    .filter(({ path }) => path.startsWith('host/') && !readsProc.test(path))
    .filter(({ text }) => /['"`]\/proc[/'"`]/.test(withoutComments(text)))
    .map(({ path }) => path);
/** The portable source imports nothing that reads /proc. */
const procInPortable = (files: readonly Source[]) =>
  files
    .filter(({ path }) => path.startsWith('host/processes/portable/'))
    .filter(file => importsOf(file).some(name => readsProc.test(name)))
    .map(({ path }) => path);

/** At most ten folders beside `cli.tsx`; only folders in `core` and `host`, at most ten each. */
const crowdedRooms = (files: readonly Source[]) => {
  const below = (room: string) =>
    new Set(
      files.filter(({ path }) => path.startsWith(room)).map(({ path }) => path.slice(room.length)),
    );
  const namesIn = (room: string) => [
    ...new Set([...below(room)].map(path => path.split('/')[0] ?? '')),
  ];
  const isLoose = (name: string) => name.includes('.') && name !== 'cli.tsx';
  return [
    ...['', 'core/', 'host/'].flatMap(room =>
      namesIn(room)
        .filter(isLoose)
        .map(name => room + name),
    ),
    ...(namesIn('').filter(name => name !== 'cli.tsx').length > 10 ? ['too many folders'] : []),
    ...['core/', 'host/'].filter(room => namesIn(room).length > 10),
  ];
};

/** Base names that occur twice within `core` and `host`: a search by name finds one file. */
const doubledNames = (files: readonly Source[]) => {
  const names = files
    .filter(({ path }) => /^(core|host)\//.test(path))
    .map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  return names.filter((name, index) => names.indexOf(name) !== index);
};

describe('the sources', () => {
  it('lie in few rooms', () => expect(crowdedRooms(sources)).toEqual([]));
  it('have each name once in core and host', () => expect(doubledNames(sources)).toEqual([]));
  it('decide nothing on the text of a reason, and cut no key open', () =>
    expect(decidesOnText(sources)).toEqual([]));
  it('are found', () => expect(sources.length).toBeGreaterThan(40));
  it('import only what their room may import', () => expect(wrongImports(sources)).toEqual([]));
  it('need all that their room may import', () => expect(unneeded(sources)).toEqual([]));
  it('are told of in docs/architecture.md (npm run docs)', () => {
    const page = readFileSync(join(root, '..', architecturePath), 'utf8');
    expect(withImportTable(page)).toBe(page);
  });
  it('import each other without cycles', () => expect(cycles(sources)).toEqual([]));
  it(`have no file of over ${mostLines} lines`, () => expect(tooLong(sources)).toEqual([]));
  it('have no file whose name says nothing', () => expect(badNames(sources)).toEqual([]));
  it('read argv and exit in cli.tsx alone', () => expect(exitsElsewhere(sources)).toEqual([]));
  it('name /proc where it is read, and nowhere else', () =>
    expect([...procElsewhere(sources), ...procInPortable(sources)]).toEqual([]));
  it('give text to Ink in one place alone', () => expect(textElsewhere(sources)).toEqual([]));
});

describe('the checks themselves', () => {
  const file = (path: string, text = '') => ({ path, text });

  it('see a loose file, a crowded room and a doubled name', () => {
    const rooms = Array.from({ length: 11 }, (_, index) => file(`core/r${index}/a${index}.ts`));
    expect(crowdedRooms([file('cli.tsx'), file('loose.ts'), file('core/b.ts'), ...rooms])).toEqual([
      'loose.ts',
      'core/b.ts',
      'core/',
    ]);
    expect(doubledNames([file('core/a/x.ts'), file('host/b/x.ts'), file('cli/x.ts')])).toEqual([
      'x.ts',
    ]);
  });

  it('see a wrong import, with its file', () => {
    const files = [
      file('core/a.ts', "import x from 'node:fs';"),
      file('host/b.ts', "import { a } from '../core/a.ts';"),
    ];
    expect(wrongImports(files)).toEqual(['core/a.ts imports node:fs']);
    expect(
      wrongImports([file('core/a.ts', "import b from '../host/b.ts';"), files[1] as Source]),
    ).toEqual(['core/a.ts imports host/b.ts']);
    expect(wrongImports([file('text/a.ts', "await import('ink')")])).toEqual([
      'text/a.ts imports ink',
    ]);
  });

  it('see a decision on a sentence', () => {
    for (const line of [
      "if (reason.startsWith('recorded')) x();",
      "if (row.evidence[0]?.text.includes('gone')) x();",
      "if (membership.reason === 'vigil itself') x();",
      'if (/no server/.test(result.reason)) x();',
      "const id = row.key.slice('agent:'.length);",
      'switch (target.refused.reason) {',
    ])
      expect(decidesOnText([file('core/a.ts', line)])).toHaveLength(1);
    expect(decidesOnText([file('core/a.ts', "if (reason.kind === 'self') x();")])).toEqual([]);
  });

  it('see a path of /proc where it may not be', () => {
    const files = [
      file('host/run/a.ts', "readFileSync('/proc/stat')"),
      file('host/run/b.ts', '/** `/proc` */'),
      file('host/processes/portable/c.ts', "import { x } from '../proc-stat.ts';"),
    ];
    expect(procElsewhere(files)).toEqual(['host/run/a.ts']);
    expect(procInPortable(files)).toEqual(['host/processes/portable/c.ts']);
  });

  it('see a cycle', () => {
    const files = [
      file('core/a.ts', "import './b.ts'"),
      file('core/b.ts', "import { a } from './a.ts'"),
    ];
    expect(cycles(files)).toEqual(['core/a.ts → core/b.ts → core/a.ts']);
  });

  it('see long files, empty names, exits and foreign text', () => {
    expect(tooLong([file('core/a.ts', 'x\n'.repeat(251))])).toEqual(['core/a.ts']);
    expect(
      badNames([file('core/utils.ts'), file('host/file-helpers.ts'), file('core/row.ts')]),
    ).toHaveLength(2);
    expect(exitsElsewhere([file('host/a.ts', 'process.exit(1)')])).toEqual(['host/a.ts']);
    expect(textElsewhere([file('components/a.tsx', "import { Box, Text } from 'ink';")])).toEqual([
      'components/a.tsx',
    ]);
  });
});
