/** A line of output: spans of printable text, each with a tone. Terminals, pipes and Ink draw the same lines. */
import type { RowClass } from '../core/model/model.ts';
import { type Charset, type Printable, printable, truncate, widthOf, wrap } from './printable.ts';

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
