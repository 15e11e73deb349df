/** The searchable command list. */

type Command = {
  readonly shown: string;
  readonly does: string;
  readonly also?: string;
  readonly changes?: boolean;
  readonly isMotion?: boolean;
};

/** @returns the commands whose description, synonyms or keys contain every typed word: first those where words
 * begin with what was typed, of these first what changes something, in the order of the table; keys that only move
 * the cursor last. */
export function actionsFor<T extends Command>(commands: readonly T[], typed: string): readonly T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = commands.flatMap(command => {
    const rank = rankOf(command, words);
    return rank === undefined ? [] : [{ command, rank }];
  });
  return found.sort((one, other) => one.rank - other.rank).map(({ command }) => command);
}

/** @returns lower for a better match; undefined if a word is missing. */
function rankOf(
  { shown, does, also = '', changes, isMotion }: Command,
  words: readonly string[],
): number | undefined {
  const text = ` ${does} ${also} ${shown}`.toLowerCase();
  if (!words.every(word => text.includes(word))) return undefined;
  const isInside = words.some(word => !isAtWordStart(text, word));
  return Number(isMotion === true) * 4 + Number(isInside) * 2 + Number(changes !== true);
}

function isAtWordStart(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (/[^\p{L}\p{N}]/u.test(text[at - 1] ?? ' ')) return true;
  return false;
}
