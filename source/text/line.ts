/** A line of output: spans of printable text, each with a tone. Terminals, pipes and Ink draw the same lines. */
import type { RowClass } from '../core/model/model.ts';
import {
  type Charset,
  type Printable,
  piecesOf,
  printable,
  slice,
  truncate,
  widthOf,
  wrap,
} from './printable.ts';

export type Tone =
  | RowClass
  | 'new'
  | 'gone'
  | 'plain'
  | 'dim'
  | 'heading'
  | 'title'
  | 'problem'
  /** Terminations: on their way, with SIGKILL, and done. */
  | 'ending'
  | 'killing'
  | 'good'
  | 'cursor'
  | 'match'
  | 'key';

export type Span = { readonly text: Printable; readonly tone: Tone };

export type Line = readonly Span[];

export function span(text: Printable, tone: Tone = 'plain'): Span {
  return { text, tone };
}

/** Makes a span of any words. */
export type Say = (words: string, tone?: Tone) => Span;

export function spansIn(charset: Charset): Say {
  return (words, tone) => span(printable(words, charset), tone);
}

/** @returns the width of the line in cells. */
export function cellsOf(line: Line): number {
  return line.reduce((sum, piece) => sum + widthOf(piece.text), 0);
}

/** @param x cell of the line, from 0. @returns the span drawn there. */
export function pieceAt<T extends Pick<Span, 'text'>>(
  line: readonly T[],
  x: number,
): T | undefined {
  let end = 0;
  return x < 0
    ? undefined
    : line.find(piece => {
        end += widthOf(piece.text);
        return x < end;
      });
}

/** Wraps a line of one span at spaces; others stay as they are. */
export function wrapLine(line: Line, width: number): readonly Line[] {
  const [piece, ...more] = line;
  if (piece === undefined || more.length > 0) return [line];
  return wrap(piece.text, Math.max(10, width)).map(each => [span(each, piece.tone)]);
}

/** Whether a line may be cut: its dim end is a command, a hint or a file's reason, which may be of any length. */
export function mayBeCut(line: Line): boolean {
  return line.length > 1 && line.at(-1)?.tone === 'dim';
}

/** Wraps a line of several spans at spaces, with continuation lines two cells in; one that may be cut stays as it is. */
export function wrapSpans(line: Line, width: number): readonly Line[] {
  if (line.length < 2 || mayBeCut(line) || cellsOf(line) <= width) return wrapLine(line, width);
  const most = Math.max(10, width);
  return wrapWords(line, most, continuation, word => piecesOf(word, most - 2));
}

const continuation = span(printable('  '));

/** @param indent of continuation lines.
 * @param breaks a word that has no room in the rest of a row. */
function wrapWords(
  line: Line,
  most: number,
  indent: Span,
  breaks: (word: Printable) => readonly Printable[],
): readonly Line[] {
  const rows: Span[][] = [[]];
  let used = 0;
  for (const { text, tone } of line)
    for (const word of wordsOf(text)) {
      const fits = used + widthOf(word) <= most;
      const [first, ...more] = fits ? [word] : breaks(withoutSpace(word));
      if (first === undefined || (!fits && first === '')) continue;
      if (!fits && used > 0) rows.push([indent]);
      rows.at(-1)?.push(span(first, tone));
      rows.push(...more.map(piece => [indent, span(piece, tone)]));
      used = cellsOf(rows.at(-1) ?? []);
    }
  return rows;
}

/** Wraps what a command prints between its words, on a terminal. A word that is wider than the terminal, as a path may
 * be, is not broken: it can be copied as it is.
 * @param width of the terminal in cells; without one nothing is wrapped. */
export function wrapPrinted(lines: readonly Line[], width: number | undefined): readonly Line[] {
  if (width === undefined) return lines;
  return lines.flatMap(line => {
    if (mayBeCut(line) || cellsOf(line) <= width) return [line];
    const [{ text = '' } = {}] = line;
    const indent = span(printable(' '.repeat(text.length - text.trimStart().length + 2)));
    return wrapWords(line, width, indent, word => [word]);
  });
}

/** Wraps a line between its spans; one wider than a line stays whole. */
export function wrapBetween(line: Line, width: number): readonly Line[] {
  const rows: Span[][] = [[]];
  for (const piece of line) {
    const row = rows.at(-1) ?? [];
    if (row.length === 0 || cellsOf([...row, piece]) <= width) row.push(piece);
    else if (piece.text.trim() !== '') rows.push([piece]);
  }
  return rows;
}

/** Each with the spaces before it. */
function wordsOf(text: Printable): Printable[] {
  const ends = [...text.matchAll(/ *[^ ]+| +$/g)];
  return ends.map(({ 0: word, index }) => slice(text, index, index + word.length));
}

function withoutSpace(word: Printable): Printable {
  return slice(word, word.length - word.trimStart().length);
}

/** Cuts a line to `width` cells. */
export function clip(line: Line, width: number, charset: Charset): Line {
  const clipped: Span[] = [];
  let remaining = width;
  for (const each of line) {
    if (remaining <= 0) break;
    const cut = truncate(each.text, remaining, charset);
    clipped.push({ ...each, text: cut });
    remaining -= widthOf(cut);
  }
  return clipped;
}
