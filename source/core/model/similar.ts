/** Suggestions for a mistyped word: "did you mean …?". */

const mostEdits = 2;

/** @returns the known word that starts with the word or is the fewest edits away; undefined if none is close. */
export function similarWord(word: string, known: readonly string[]): string | undefined {
  const longer = word.length > 1 ? known.find(each => each.startsWith(word)) : undefined;
  if (longer !== undefined) return longer;
  const edits = known.map(each => editsBetween(word, each));
  const fewest = Math.min(...edits);
  const isClose = fewest <= Math.min(mostEdits, word.length / 2);
  return isClose ? known[edits.indexOf(fewest)] : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editsBetween(one: string, other: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwap = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const at = (from: readonly number[], index: number) =>
        from[index] ?? Number.POSITIVE_INFINITY;
      next[j] = Math.min(
        at(next, j - 1) + 1,
        at(row, j) + 1,
        at(row, j - 1) + (isSame ? 0 : 1),
        isSwap ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
}
