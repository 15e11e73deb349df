/** The only conversion of a machine's string into text for a terminal. */
import stringWidth from 'string-width';
import { allGlyphs, glyphs } from './glyphs.ts';

declare const brand: unique symbol;

/** Text without control, escape, bidirectional or otherwise invisible characters. Only this file creates it,
 * so a missing conversion does not compile. */
export type Printable = string & { readonly [brand]: true };

export type Charset = 'unicode' | 'ascii';

/** The rest is dropped unread: no command line on a screen needs more. */
const longestText = 4000;

const named: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u001b': '\\e',
};

/** C0, DEL and C1 controls; soft hyphen, zero-width and bidirectional marks; line separators; tags and
 * private use; blank letters; lone surrogates; letters that are one grapheme with whatever follows them, so that a cell and
 * its line are of different widths (Prepend in Unicode's Grapheme_Cluster_Break). */
const unprintable =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\u0d4e\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/gu;
/** They only choose a glyph's style, and terminals then disagree about its width: dropped. */
const variations = /\p{Variation_Selector}/gu;

/** Makes any string printable: unprintable characters become visible escapes such as `\e` or `\x9b`; in the
 * ascii charset everything beyond ASCII does.
 * @param charset of the terminal. The default is safe on every terminal: a forgotten charset shows too
 * little, never too much. */
export function printable(raw: string, charset: Charset = 'ascii'): Printable {
  const text = raw.length > longestText ? `${raw.slice(0, longestText)}…` : raw;
  if (/^[ -~]*$/.test(text)) return text as Printable;
  const shown = text.replace(variations, '').replace(unprintable, escapeOf);
  return (charset === 'ascii' ? toAscii(shown) : shown) as Printable;
}

export function join(...parts: readonly Printable[]): Printable {
  return parts.join('') as Printable;
}

/** Part of a text, by code units. */
export function slice(shown: Printable, from: number, to?: number): Printable {
  return shown.slice(from, to) as Printable;
}

/** Printable ASCII and vigil's own glyphs: one cell each, one code unit each. */
const plain = new RegExp(`^[ -~${allGlyphs}]*$`);

/** @returns the width of the text in cells. */
export function widthOf(shown: string): number {
  return plain.test(shown) ? shown.length : stringWidth(shown);
}

/** What a text loses that is too long: ids of siblings differ in their tail. */
export type Cut = 'end' | 'middle' | 'start';

/** Cuts to `width` cells, with an ellipsis if anything is cut. */
export function truncate(
  shown: Printable,
  width: number,
  charset: Charset,
  cut: Cut = 'end',
): Printable {
  if (width <= 0) return '' as Printable;
  if (widthOf(shown) <= width) return shown;
  const ellipsis = charset === 'ascii' ? '~' : '…';
  const tail = { end: 0, middle: Math.floor((width - 1) / 3), start: width - 1 }[cut];
  const head = width - 1 - tail;
  if (plain.test(shown))
    return `${shown.slice(0, head)}${ellipsis}${tail > 0 ? shown.slice(-tail) : ''}` as Printable;
  const segments = new Intl.Segmenter().segment(shown);
  const first = fittingIn(segments, head);
  // Only for the end of a text all of it is split.
  const last = tail > 0 ? fittingIn([...segments].reverse(), tail).reverse() : [];
  return [...first, ellipsis, ...last].join('') as Printable;
}

/** The first segments that fit. */
function fittingIn(segments: Iterable<Intl.SegmentData>, cells: number): string[] {
  const fitting: string[] = [];
  let used = 0;
  for (const { segment } of segments) {
    used += widthOf(segment);
    if (used > cells) break;
    fitting.push(segment);
  }
  return fitting;
}

/** Cuts or pads to exactly `width` cells. */
export function fitTo(
  shown: Printable,
  width: number,
  { align, cut = 'end' }: { readonly align: 'left' | 'right'; readonly cut?: Cut },
  charset: Charset,
): Printable {
  const fitting = truncate(shown, width, charset, cut);
  const space = ' '.repeat(Math.max(0, width - widthOf(fitting)));
  return (align === 'left' ? fitting + space : space + fitting) as Printable;
}

/** Wraps to at most `width` cells, at spaces if there are any; continuation lines keep the first line's
 * indent plus two cells. */
export function wrap(shown: Printable, width: number): Printable[] {
  const indent = ' '.repeat(shown.length - shown.trimStart().length);
  const lines: string[] = [];
  let line = indent;
  let isEmpty = true;
  for (const word of shown.trimStart().split(' ')) {
    for (const [index, piece] of piecesOf(word, Math.max(1, width - indent.length - 2)).entries()) {
      // Between the pieces of one word there is no space.
      const candidate = isEmpty || index > 0 ? line + piece : `${line} ${piece}`;
      if (isEmpty || widthOf(candidate) <= width) line = candidate;
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

/** Folds to rows of at most `width` cells, behind a space where that leaves no row less than half full; joined, they
 * are the text. */
export function fold(shown: Printable, width: number): Printable[] {
  const most = Math.max(1, width);
  if (!plain.test(shown)) return foldWide(shown, most);
  const rows: string[] = [];
  let at = 0;
  do {
    const full = shown.slice(at, at + most);
    const row = at + most < shown.length ? full.slice(0, foldOf(full)) : full;
    rows.push(row);
    at += row.length;
  } while (at < shown.length);
  return rows as Printable[];
}

/** Where a full row ends. */
function foldOf(row: string): number {
  const end = row.lastIndexOf(' ') + 1;
  return end >= row.length / 2 ? end : row.length;
}

function foldWide(shown: Printable, width: number): Printable[] {
  const rows: string[] = [];
  let row = '';
  let cells = 0;
  for (const { segment } of new Intl.Segmenter().segment(shown)) {
    const more = widthOf(segment);
    if (cells + more > width && row !== '') {
      const end = foldOf(row);
      rows.push(row.slice(0, end));
      row = row.slice(end);
      cells = widthOf(row);
    }
    row += segment;
    cells += more;
  }
  return [...rows, row] as Printable[];
}

/** Splits a word longer than a line, behind a slash where that leaves no piece less than half full. */
export function piecesOf<T extends string>(word: T, width: number): T[] {
  if (widthOf(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of new Intl.Segmenter().segment(word)) {
    while (widthOf(piece + segment) > width && piece !== '') {
      const end = piece.lastIndexOf('/') + 1;
      const kept = end >= piece.length / 2 ? end : piece.length;
      pieces.push(piece.slice(0, kept));
      piece = piece.slice(kept);
    }
    piece += segment;
  }
  return [...pieces, piece] as T[];
}

function escapeOf(character: string): string {
  const name = named[character];
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** vigil's own glyphs have ASCII forms; everything else becomes an escape. */
function toAscii(shown: string): string {
  return shown.replace(/[^ -~]/gu, character => glyphs[character] ?? escapeOf(character));
}
