/** Frames → bytes: the first frame whole, then only changes, at absolute positions, so that a frame repairs
 * whatever the terminal showed before. An unchanged frame writes nothing. */
import { cellsOf, type LineCells } from './line-cells.ts';

/** Nothing is shown until the end of a synchronized update; terminals without the mode ignore it. */
const beginUpdate = '\u001b[?2026h';
const endUpdate = '\u001b[?2026l';

/** @param rowsOf number of terminal rows; further lines would scroll it. */
export function createFrameWriter(write: (text: string) => void, rowsOf: () => number) {
  let shown: readonly string[] | undefined;
  return {
    /** @param frame lines separated by newlines. */
    show(frame: string) {
      const lines = frame.split('\n').slice(0, Math.max(1, rowsOf()));
      let update = shown === undefined ? '\u001b[0m\u001b[2J' : '';
      for (let row = 0; row < lines.length; row++)
        if (shown?.[row] !== lines[row]) update += changeOf(shown?.[row], lines[row] ?? '', row);
      if (shown !== undefined && shown.length > lines.length)
        update += `${moveTo(lines.length, 0)}\u001b[J`;
      shown = lines;
      if (update !== '') write(beginUpdate + update + endUpdate);
    },
    /** The terminal's content is unknown: draw the next frame whole. */
    forget() {
      shown = undefined;
    },
  };
}

/** Turns one line into the other: the cells that differ, or the whole line if that is shorter or safer. */
function changeOf(before: string | undefined, after: string, row: number): string {
  const whole = `${moveTo(row, 0)}${after}\u001b[0m\u001b[K`;
  const old = before === undefined ? undefined : cellsOf(before);
  const cells = cellsOf(after);
  if (old === undefined || cells === undefined) return whole;
  const pieces = spansOf(old, cells).map(([from, to]) => written(row, from, to, cells));
  const width = cells.text.length;
  const cleared = old.text.length > width ? `${moveTo(row, width)}\u001b[K` : '';
  const change = pieces.join('') + cleared;
  return change.length < whole.length ? change : whole;
}

/** Moving the cursor costs about as much as rewriting this many unchanged cells. */
const worthSkipping = 8;

/** Runs of differing cells, as [first, past the last]. */
function spansOf(old: LineCells, cells: LineCells): [number, number][] {
  const spans: [number, number][] = [];
  const [styleBefore, styleNow] = [stylesAlong(old), stylesAlong(cells)];
  for (let at = 0; at < cells.text.length; at++) {
    const isSameSign = old.text.charCodeAt(at) === cells.text.charCodeAt(at);
    if (styleBefore(at) === styleNow(at) && isSameSign) continue;
    const last = spans.at(-1);
    if (last !== undefined && at - last[1] < worthSkipping) last[1] = at + 1;
    else spans.push([at, at + 1]);
  }
  return spans;
}

/** @returns the style of a cell, asked for from left to right. */
function stylesAlong({ styles }: LineCells): (at: number) => string | undefined {
  let run = 0;
  return at => {
    while ((styles[run]?.end ?? Number.POSITIVE_INFINITY) <= at) run++;
    return styles[run]?.style;
  };
}

function written(row: number, from: number, to: number, { text, styles }: LineCells): string {
  let result = moveTo(row, from);
  let last = '';
  let at = from;
  for (const { end, style } of styles) {
    if (end <= at) continue;
    if (at >= to) break;
    if (style !== last) result += `\u001b[0${style === '' ? '' : `;${style}`}m`;
    last = style;
    result += text.slice(at, Math.min(end, to));
    at = end;
  }
  return last === '' ? result : `${result}\u001b[0m`;
}

function moveTo(row: number, column: number): string {
  return `\u001b[${row + 1};${column + 1}H`;
}
