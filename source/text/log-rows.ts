/** The log view: lines folded to the terminal's width, and the matches of a search. */
import { addTo } from '../core/model/group-by.ts';
import { summaryOfLogLine } from '../core/rows/log-lines.ts';
import { type Line, type Span, span } from './line.ts';
import { type Charset, fold, type Printable, printable, slice } from './printable.ts';

export type LogRows = {
  /** Rows of the screen, each at most as wide as it. */
  readonly rows: readonly Printable[];
  /** The first row of each line. */
  readonly starts: readonly number[];
};

export type Found = {
  /** Rows in which a match begins, ascending. */
  readonly rows: readonly number[];
  /** By row: from and to, in code units. */
  readonly ranges: ReadonlyMap<number, readonly (readonly [from: number, to: number])[]>;
};

/** Folds the lines of an output; what was folded before is not folded again.
 * @param isLog JSON lines are shown by their message. */
export function createLogFolder(isLog: boolean, width: number, charset: Charset) {
  let known = new Map<string, readonly Printable[]>();
  const foldLine = (line: string) =>
    fold(printable(isLog ? summaryOfLogLine(line) : line, charset), width);
  return (lines: readonly string[]): LogRows => {
    const rows: Printable[] = [];
    const starts: number[] = [];
    const next = new Map<string, readonly Printable[]>();
    for (const line of lines) {
      const folded = next.get(line) ?? known.get(line) ?? foldLine(line);
      next.set(line, folded);
      starts.push(rows.length);
      rows.push(...folded);
    }
    known = next;
    return { rows, starts };
  };
}

/** Finds a text, whatever its case, also where a line is folded. */
export function findIn({ rows, starts }: LogRows, text: string, charset: Charset): Found {
  const ranges = new Map<number, [number, number][]>();
  const begin = new Set<number>();
  const wanted = printable(text, charset).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  if (wanted === '') return { rows: [], ranges };
  const pattern = new RegExp(wanted, 'gi');
  for (const [index, start] of starts.entries()) {
    const folded = rows.slice(start, starts[index + 1] ?? rows.length);
    for (const { index: from, 0: match } of folded.join('').matchAll(pattern))
      begin.add(start + addRanges(ranges, start, folded, [from, from + match.length]));
  }
  return { rows: [...begin], ranges };
}

/** A match may go on in the next rows. @returns the row of its start, from the line's first one. */
function addRanges(
  ranges: Map<number, [number, number][]>,
  start: number,
  folded: readonly Printable[],
  [from, to]: readonly [number, number],
): number {
  let end = 0;
  let first: number | undefined;
  for (const [offset, { length }] of folded.entries()) {
    const begin = end;
    end += length;
    if (end <= from || begin >= to) continue;
    first ??= offset;
    const range: [number, number] = [Math.max(0, from - begin), Math.min(length, to - begin)];
    addTo(ranges, start + offset, range);
  }
  return first ?? 0;
}

/** One row, with its matches in a tone of their own. @param isCurrent the match that the search is at. */
export function logLine(
  text: Printable,
  found: readonly (readonly [number, number])[],
  isCurrent: boolean,
): Line {
  const pieces: Span[] = [];
  let at = 0;
  for (const [from, to] of found) {
    pieces.push(span(slice(text, at, from)));
    pieces.push(span(slice(text, from, to), isCurrent ? 'cursor' : 'match'));
    at = to;
  }
  pieces.push(span(slice(text, at)));
  return pieces.filter(piece => piece.text !== '');
}
