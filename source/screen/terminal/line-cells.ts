/** A frame line as cells and their styles, so that two lines can be compared cell by cell. */
import { allGlyphs } from '../../text/glyphs.ts';

/** One character for each cell, and where their style changes: most lines have a few styles. */
export type LineCells = { readonly text: string; readonly styles: readonly StyleRun[] };

/** Cells with the same style, up to the cell before `end`. @property style the SGR parameters that draw them. */
export type StyleRun = { readonly end: number; readonly style: string };

/** Attribute by what it sets (ECMA-48, SGR): a later one of the same kind replaces it. */
type Kind = 'weight' | 'faint' | 'underline' | 'inverse' | 'color';

const sets: Readonly<Record<number, Kind>> = {
  1: 'weight',
  2: 'faint',
  4: 'underline',
  7: 'inverse',
};
const ends: Readonly<Record<number, readonly Kind[]>> = {
  22: ['weight', 'faint'],
  24: ['underline'],
  27: ['inverse'],
  39: ['color'],
};
const isColor = (code: number) => (code >= 30 && code <= 37) || (code >= 90 && code <= 97);

/** @returns the cells; undefined if the line holds unknown sequences or characters whose width differs
 * between terminals: such a line is written whole. */
export function cellsOf(line: string): LineCells | undefined {
  let text = '';
  const styles: StyleRun[] = [];
  const active = new Map<Kind, number>();
  let style = '';
  for (let at = 0; at < line.length; ) {
    const sequence = line.indexOf('\u001b', at);
    const next = sequence < 0 ? line.length : sequence;
    if (next > at) {
      const piece = line.slice(at, next);
      if (!isNarrow(piece)) return undefined;
      text += piece;
      styles.push({ end: text.length, style });
    }
    if (sequence < 0) break;
    const end = line.indexOf('m', sequence);
    const codes = end < 0 ? '' : line.slice(sequence + 2, end);
    if (line[sequence + 1] !== '[' || !/^[\d;]*$/.test(codes) || end < 0) return undefined;
    if (!apply(codes, active)) return undefined;
    style = [...active.values()].sort((a, b) => a - b).join(';');
    at = end + 1;
  }
  return { text, styles };
}

function apply(codes: string, active: Map<Kind, number>): boolean {
  for (const each of codes.split(';')) {
    const code = Number(each);
    const kind = isColor(code) ? 'color' : sets[code];
    if (code === 0) active.clear();
    else if (kind !== undefined) active.set(kind, code);
    else if (ends[code] !== undefined) for (const over of ends[code]) active.delete(over);
    else return false;
  }
  return true;
}

/** ASCII, and vigil's own glyphs: the table's columns rely on their being one cell wide. */
const glyphCodes = new Set([...allGlyphs].map(sign => sign.charCodeAt(0)));

function isNarrow(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if ((code < 0x20 || code >= 0x7f) && !glyphCodes.has(code)) return false;
  }
  return true;
}
