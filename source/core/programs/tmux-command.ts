/** tmux command lines, by its manual: options before the command, then one command with options of its own. */

/** The short options of tmux, and of its new-session, that take a value. */
const ofTmux = 'cfLST';
const ofNewSession = 'ceFfnstxy';

/** The server keeps the command line of the client that started it.
 * @returns the name that it gives to the first session; nothing if it gives none, or starts with another
 * command. */
export function firstSessionOf(argv: readonly string[]): string | undefined {
  const { rest } = optionsOf(argv.slice(1), ofTmux);
  const [command = '', ...words] = rest;
  // tmux takes any beginning of a command's name that fits no other one.
  const isNewSession = command === 'new' || isShortened(command);
  if (!isNewSession) return undefined;
  const name = optionsOf(words, ofNewSession).values.get('s');
  return name === undefined || name === '' ? undefined : name;
}

function isShortened(command: string): boolean {
  return command.startsWith('new-s') && 'new-session'.startsWith(command);
}

/** As getopt reads them: `-dP`, `-s name`, `-sname`. */
function optionsOf(words: readonly string[], withValue: string) {
  const values = new Map<string, string>();
  let index = 0;
  for (; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') return { values, rest: words.slice(index + 1) };
    if (!/^-./.test(word)) break;
    const at = [...word].findIndex((letter, place) => place > 0 && withValue.includes(letter));
    if (at < 0) continue;
    const attached = word.slice(at + 1);
    values.set(word[at] ?? '', attached === '' ? (words[++index] ?? '') : attached);
  }
  return { values, rest: words.slice(index) };
}
