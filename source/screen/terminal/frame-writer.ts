/** Frames → bytes: the first frame whole, then only changes, at absolute positions, so that a frame repairs
 * whatever the terminal showed before. An unchanged frame writes nothing. */
import { type Cell, cellsOf } from './line-cells.ts';

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
  const pieces = spansOf(old, cells).map(([from, to]) => written(row, from, cells.slice(from, to)));
  const cleared = old.length > cells.length ? `${moveTo(row, cells.length)}\u001b[K` : '';
  const change = pieces.join('') + cleared;
  return change.length < whole.length ? change : whole;
}

/** Moving the cursor costs about as much as rewriting this many unchanged cells. */
const worthSkipping = 8;

/** Runs of differing cells, as [first, past the last]. */
function spansOf(old: readonly Cell[], cells: readonly Cell[]): [number, number][] {
  const spans: [number, number][] = [];
  for (let at = 0; at < cells.length; at++) {
    const [was, is] = [old[at], cells[at]];
    if (was?.text === is?.text && was?.style === is?.style) continue;
    const last = spans.at(-1);
    if (last !== undefined && at - last[1] < worthSkipping) last[1] = at + 1;
    else spans.push([at, at + 1]);
  }
  return spans;
}

function written(row: number, column: number, cells: readonly Cell[]): string {
  let text = moveTo(row, column);
  let style = '';
  for (const cell of cells) {
    if (cell.style !== style) text += `\u001b[0${cell.style === '' ? '' : `;${cell.style}`}m`;
    style = cell.style;
    text += cell.text;
  }
  return style === '' ? text : `${text}\u001b[0m`;
}

function moveTo(row: number, column: number): string {
  return `\u001b[${row + 1};${column + 1}H`;
}
