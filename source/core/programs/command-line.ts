/** The program behind a command line. */
import { interpreters, interpreterValueOptions, interpreterVerbs } from './known-programs.ts';

/** The script that an interpreter runs, and its arguments; none for `sh -c …`, `node -e …` and an idle shell. */
export function scriptOf(command: string, argv: readonly string[]) {
  const rest: readonly string[] = [];
  if (!interpreters.has(command.replace(/\d+(\.\d+)*$/, '')) && !interpreters.has(command))
    return { script: undefined, rest };
  for (let index = 1; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '-m') return { script: argv[index + 1], rest: argv.slice(index + 2) };
    if (word === '-c' || word === '-e' || word === '--eval' || /^-[a-z]*c$/.test(word))
      return { script: undefined, rest };
    if (interpreterValueOptions.has(word)) index++;
    else if (!word.startsWith('-') && !(index <= 2 && interpreterVerbs.has(word)))
      return { script: word, rest: argv.slice(index + 1) };
  }
  return { script: undefined, rest };
}

/** A program that sets its own title has a single argument: split it into words. */
export function wordsOf(argv: readonly string[]): readonly string[] {
  const [title] = argv;
  const isTitle =
    argv.length === 1 && title !== undefined && /^(npm|npx|pnpm|yarn|uv) /.test(title);
  return isTitle ? title.split(' ') : argv;
}

/** A program that sets its own title has a single argument: keep its first word. */
export function executableOf(first: string): string {
  const path = first.startsWith('-') ? first.slice(1) : first;
  return path.includes('/') ? path : (path.split(' ')[0] ?? path);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The package of a script: what follows the last `node_modules/`, with its scope. */
export function packageOf(script: string): string | undefined {
  const at = script.lastIndexOf('node_modules/');
  if (at < 0) return undefined;
  const [first = '', second = ''] = script.slice(at + 'node_modules/'.length).split('/');
  if (first === '.bin') return second;
  return first.startsWith('@') ? `${first}/${second}` : first;
}
