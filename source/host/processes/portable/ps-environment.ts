/** Reads variables from the environment that ps prints behind a command line, all of it joined by blanks. */

export type Variables = {
  readonly values: ReadonlyMap<string, string>;
  /** Wanted variables that can be read in two ways; they have no value. */
  readonly doubtful: ReadonlySet<string>;
  /** There was none, or what is there does not begin as one: a variable that is missing proves nothing. */
  readonly isMissing: boolean;
};

export const noEnvironment: Variables = {
  values: new Map(),
  doubtful: new Set(),
  isMissing: true,
};

/** Values of marks are ids, paths and numbers. `?` and `\` are what ps prints for what it cannot. */
const plainValue = /^[^?\\"'`$;&|<>()]{1,512}$/;
const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;

/** A blank may be a part of a value, so a variable counts only between two others, and only once: the name at the end of
 * a value of several words is followed by more words, or by none that is a variable.
 * @param line the command line as ps prints it with the environment.
 * @param command the same without: what follows it is the environment, and nothing before that is.
 * @returns undefined if the line does not begin with the command: the process has started another program. */
export function readVariables(
  line: string,
  command: string,
  wanted: ReadonlySet<string>,
): Variables | undefined {
  const text = line.trimEnd();
  if (command === '' || !text.startsWith(command)) return undefined;
  const rest = text.slice(command.length);
  if (rest === '') return noEnvironment;
  if (!rest.startsWith(' ')) return undefined;
  const words = rest.slice(1).split(' ');
  const values = new Map<string, string>();
  const doubtful = new Set<string>();
  for (const [index, word] of words.entries()) {
    const [, name = '', value = ''] = assignment.exec(word) ?? [];
    if (!wanted.has(name)) continue;
    const isBetween = isVariable(words[index - 1]) && isVariable(words[index + 1]);
    if (!isBetween || values.has(name) || !plainValue.test(value)) doubtful.add(name);
    values.set(name, value);
  }
  for (const name of doubtful) values.delete(name);
  return { values, doubtful, isMissing: !isVariable(words[0]) };
}

/** The first has nothing before it, and the last nothing behind it. */
function isVariable(word: string | undefined): boolean {
  return word === undefined || assignment.test(word);
}
