/** The one way from a machine's string to something a terminal may be given. */
import { glyphs } from './glyphs.ts';
import { cellsOf, isPlain } from './widths.ts';

declare const brand: unique symbol;

/** Text without control, escape, bidirectional or otherwise invisible characters. Only functions
 * of this file make it, so forgetting them does not compile. */
export type Printable = string & { readonly [brand]: true };

export type Charset = 'unicode' | 'ascii';

/** Not even looked at closer: no command line on a screen needs more. */
const longestText = 4000;

const named: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u001b': '\\e',
};

/** C0, DEL and C1 controls; soft hyphen, zero-width and bidirectional marks; line separators;
 * tags and private use; blank letters; and surrogates that stand alone. */
const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
/** They only choose a glyph's style, and terminals disagree about its width then: left out. */
const variations = /\p{Variation_Selector}/gu;

/** Makes any string printable: what cannot be shown becomes a visible escape such as `\e` or
 * `\x9b`. In the ascii charset everything beyond ASCII does.
 * @param charset of the terminal. Without one it is what every terminal shows: whoever forgets it shows
 * too little, never too much. */
export function printable(raw: string, charset: Charset = 'ascii'): Printable {
  const text = raw.length > longestText ? `${raw.slice(0, longestText)}…` : raw;
  if (/^[ -~]*$/.test(text)) return text as Printable;
  const shown = text.replace(variations, '').replace(unprintable, escapeOf);
  return (charset === 'ascii' ? toAscii(shown) : shown) as Printable;
}

/** Template for text with our own words around machine strings: only printable parts go in. */
export function text(
  strings: TemplateStringsArray,
  ...parts: readonly (Printable | number)[]
): Printable {
  return strings.reduce((sum, part, index) => sum + String(parts[index - 1]) + part) as Printable;
}

export function join(parts: readonly Printable[], separator: string): Printable {
  return parts.join(separator) as Printable;
}

/** @returns terminal cells the text takes. */
export function widthOf(shown: Printable): number {
  return cellsOf(shown);
}

/** Cuts to `width` cells, with an ellipsis where something is missing. */
export function truncate(shown: Printable, width: number, charset: Charset): Printable {
  if (width <= 0) return '' as Printable;
  if (widthOf(shown) <= width) return shown;
  const ellipsis = charset === 'ascii' ? '~' : '…';
  if (isPlain(shown)) return `${shown.slice(0, width - 1)}${ellipsis}` as Printable;
  let cut = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(shown)) {
    const cells = cellsOf(segment);
    if (used + cells > width - 1) break;
    cut += segment;
    used += cells;
  }
  return `${cut}${ellipsis}` as Printable;
}

/** Cuts or fills to exactly `width` cells. */
export function fitTo(
  shown: Printable,
  width: number,
  align: 'left' | 'right',
  charset: Charset,
): Printable {
  const cut = truncate(shown, width, charset);
  const space = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return (align === 'left' ? cut + space : space + cut) as Printable;
}

/** Breaks into lines of at most `width` cells, at spaces where there are any; lines after the
 * first keep the indent of the first and two cells more. */
export function wrap(shown: Printable, width: number): Printable[] {
  const indent = ' '.repeat(shown.length - shown.trimStart().length);
  const lines: string[] = [];
  let line = indent;
  let isEmpty = true;
  for (const word of shown.trimStart().split(' ')) {
    for (const piece of piecesOf(word, Math.max(1, width - indent.length - 2))) {
      const candidate = isEmpty ? line + piece : `${line} ${piece}`;
      if (isEmpty || widthOf(candidate as Printable) <= width) line = candidate;
      else {
        lines.push(line);
        line = `${indent}  ${piece}`;
      }
      isEmpty = false;
    }
  }
  lines.push(line);
  return lines as Printable[];
}

/** A word longer than a line is cut into pieces that fit. */
function piecesOf(word: string, width: number): string[] {
  if (widthOf(word as Printable) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of new Intl.Segmenter().segment(word)) {
    if (widthOf((piece + segment) as Printable) > width && piece !== '') {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

function escapeOf(character: string): string {
  const name = named[character];
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** The few signs of our own have ASCII forms; what else there is becomes an escape. */
function toAscii(shown: string): string {
  return shown.replace(/[^ -~]/gu, character => glyphs[character] ?? escapeOf(character));
}
