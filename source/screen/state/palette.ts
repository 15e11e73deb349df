/** The searchable command list. */

/** @returns the actions whose description or keys contain every typed word. */
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
