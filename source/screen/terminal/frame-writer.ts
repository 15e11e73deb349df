/** Frames → bytes: the first frame whole, then what has changed, at absolute places, so that a frame
 * heals whatever the terminal showed before. Nothing changed, nothing written. */
import { type Cell, cellsOf } from './line-cells.ts';

export type FrameWriter = {
  /** @param frame lines apart by newlines. */
  show(frame: string): void;
  /** The terminal's content is unknown: the next frame is drawn whole. */
  forget(): void;
};

/** The terminal shows nothing until the end of a synchronized update; one that does not know the
 * mode ignores it. */
const beginUpdate = '\u001b[?2026h';
const endUpdate = '\u001b[?2026l';

/** @param rowsOf how many rows the terminal has; lines beyond it would scroll it. */
export function createFrameWriter(
  write: (text: string) => void,
  rowsOf: () => number,
): FrameWriter {
  let shown: readonly string[] | undefined;
  return {
    show(frame) {
      const lines = frame.split('\n').slice(0, Math.max(1, rowsOf()));
      let update = shown === undefined ? '\u001b[0m\u001b[2J' : '';
      for (let row = 0; row < lines.length; row++)
        if (shown?.[row] !== lines[row]) update += changeOf(shown?.[row], lines[row] ?? '', row);
      if (shown !== undefined && shown.length > lines.length)
        update += `\u001b[${lines.length + 1};1H\u001b[J`;
      shown = lines;
      if (update !== '') write(beginUpdate + update + endUpdate);
    },
    forget() {
      shown = undefined;
    },
  };
}

/** What makes the one line of the other: the cells that differ, or all of it where that is shorter or safer. */
function changeOf(before: string | undefined, after: string, row: number): string {
  const whole = `\u001b[${row + 1};1H${after}\u001b[0m\u001b[K`;
  const old = before === undefined ? undefined : cellsOf(before);
  const cells = cellsOf(after);
  if (old === undefined || cells === undefined) return whole;
  const pieces = spansOf(old, cells).map(([from, to]) => written(row, from, cells.slice(from, to)));
  const cleared = old.length > cells.length ? `${placeAt(row, cells.length)}\u001b[K` : '';
  const change = pieces.join('') + cleared;
  return change.length < whole.length ? change : whole;
}

/** Going to another place costs about as much as writing this many cells that are there already. */
const worthSkipping = 8;

/** Runs of cells that differ, as [first, behind the last]. */
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
  let text = placeAt(row, column);
  let style = '';
  for (const cell of cells) {
    if (cell.style !== style) text += `\u001b[0${cell.style === '' ? '' : `;${cell.style}`}m`;
    style = cell.style;
    text += cell.text;
  }
  return style === '' ? text : `${text}\u001b[0m`;
}

function placeAt(row: number, column: number): string {
  return `\u001b[${row + 1};${column + 1}H`;
}
