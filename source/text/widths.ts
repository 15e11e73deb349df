/** Width of a text in terminal cells. */
import stringWidth from 'string-width';
import { allGlyphs } from './glyphs.ts';

/** Printable ASCII and vigil's own glyphs: one cell each, one code unit each. */
const plain = new RegExp(`^[ -~${allGlyphs}]*$`);

export function cellsOf(text: string): number {
  return isPlain(text) ? text.length : stringWidth(text);
}

export function isPlain(text: string): boolean {
  return plain.test(text);
}
