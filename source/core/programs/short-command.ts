/** A command line as a user would write it. */
import { baseName } from './command-line.ts';
import { interpreters } from './known-programs.ts';
import { wrappedCommand } from './wrapped-command.ts';

/** Without the directory of the program; of an interpreter's script, without both; of an agent program's shell, the
 * command inside. A launcher stays: `npx NAME`, `npm exec NAME`.
 * @param argv words; where only the line is known, its words. */
export function shortCommand(argv: readonly string[]): string {
  const inside = wrappedCommand(argv.join(' '));
  if (inside !== undefined) return inside;
  const [first = '', second] = argv;
  const isScript = interpreters.has(baseName(first)) && isPath(second);
  const [program = '', ...rest] = argv.slice(isScript ? 1 : 0);
  return [baseName(program), ...rest].join(' ');
}

/** Of a script, neither an option nor a package or subcommand. */
function isPath(word: string | undefined): boolean {
  return word !== undefined && !/^[-@]/.test(word) && /[./]/.test(word);
}

/** @returns the text cut to this many characters, not in the middle of a surrogate pair. */
export function cutTo(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
