/** Tables of names, written as lists of words. */

/** @returns the words of all lists, which spaces separate. */
export function words(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap(list => list.split(' ')));
}
