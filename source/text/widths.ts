/** How many cells a text takes in a terminal. */
import stringWidth from 'string-width';
import { allGlyphs } from './glyphs.ts';

/** Printable ASCII and the few signs of our own: one cell each, one code unit each. */
const plain = new RegExp(`^[ -~${allGlyphs}]*$`);

export function cellsOf(text: string): number {
  return isPlain(text) ? text.length : stringWidth(text);
}

export function isPlain(text: string): boolean {
  return plain.test(text);
}
