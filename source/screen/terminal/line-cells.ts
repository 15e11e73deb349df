/** A frame line as styled cells, so that two lines can be compared cell by cell. */
import { allGlyphs } from '../../text/glyphs.ts';

/** One character, and the SGR parameters that draw it. */
export type Cell = { readonly text: string; readonly style: string };

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
export function cellsOf(line: string): readonly Cell[] | undefined {
  const cells: Cell[] = [];
  const active = new Map<Kind, number>();
  let style = '';
  for (let at = 0; at < line.length; ) {
    if (line.charCodeAt(at) !== 0x1b) {
      const text = line[at] as string;
      if (!isNarrow(text.charCodeAt(0))) return undefined;
      cells.push({ text, style });
      at++;
      continue;
    }
    const end = line.indexOf('m', at);
    const codes = end < 0 ? '' : line.slice(at + 2, end);
    if (line[at + 1] !== '[' || !/^[\d;]*$/.test(codes) || end < 0) return undefined;
    if (!apply(codes, active)) return undefined;
    style = [...active.values()].sort((a, b) => a - b).join(';');
    at = end + 1;
  }
  return cells;
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

function isNarrow(code: number): boolean {
  return (code >= 0x20 && code < 0x7f) || glyphCodes.has(code);
}
