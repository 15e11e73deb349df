/** How many cells a text takes. string-width knows, but takes longer to load than a whole look:
 * only output in columns that holds more than plain letters waits for it. */

/** Printable ASCII and the few signs of our own: one cell each, one code unit each. */
const plain = /^[ -~…–·’↑↓├└─│▲▼→]*$/;

let measure: ((text: string) => number) | undefined;

/** Loads string-width if one of these texts needs it. Await it before laying out columns. */
export async function loadWidthsFor(texts: Iterable<string>): Promise<void> {
  if (measure !== undefined) return;
  for (const text of texts) {
    if (plain.test(text)) continue;
    measure = (await import('string-width')).default;
    return;
  }
}

/** @returns terminal cells; without string-width an upper bound, so that nothing overflows. */
export function cellsOf(text: string): number {
  return plain.test(text) ? text.length : (measure ?? mostCells)(text);
}

export function isPlain(text: string): boolean {
  return plain.test(text);
}

/** Nothing below Hangul Jamo is two cells wide (Unicode East Asian Width). */
const firstWide = 0x1100;

function mostCells(text: string): number {
  let cells = 0;
  for (const character of text) cells += (character.codePointAt(0) ?? 0) < firstWide ? 1 : 2;
  return cells;
}
