/** The list of actions that is found by words. */

/** @returns the actions that have every word that was typed, in what they do or in their keys. */
export function actionsFor<T extends { readonly shown: string; readonly does: string }>(
  actions: readonly T[],
  typed: string,
): readonly T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return actions.filter(({ shown, does }) => {
    const text = `${does} ${shown}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
}
