/** The layout of one state: shares of the frame, and the lines of the overlay. The screen draws it, and it
 * bounds scrolling. */
import { sortColumns } from '../core/rows/describe.ts';
import type { Bounds } from '../screen/state/events.ts';
import { actionsFor } from '../screen/state/palette.ts';
import type { State } from '../screen/state/state.ts';
import { detailLines } from '../text/detail-lines.ts';
import { type HelpEntry, helpLine, helpLines } from '../text/help-lines.ts';
import { type Line, span } from '../text/line.ts';
import { type Charset, printable, text, wrap } from '../text/printable.ts';
import { dialogLines } from './dialog-lines.ts';
import { type Frame, frameFor, type Size } from './frame.ts';

export type Layout = {
  readonly size: Size;
  readonly frame: Frame;
  /** Undefined while the table itself is visible. */
  readonly overlay?: readonly Line[];
};

export function layoutOf(
  state: State,
  size: Size,
  charset: Charset,
  help: readonly HelpEntry[],
): Layout {
  return {
    size,
    frame: frameFor(state, size),
    overlay: overlayLines(state, size, charset, help),
  };
}

export function boundsOf({ frame, overlay }: Layout): Bounds {
  return { windowRows: Math.max(1, frame.body), overlayRows: overlay?.length ?? 0 };
}

/** The visible lines of the overlay: a text scrolls, a list keeps its selection visible. */
export function overlayInSight(
  { frame, overlay }: Layout,
  { mode }: State,
): readonly Line[] | undefined {
  const { body } = frame;
  const top = 'top' in mode ? mode.top : 'index' in mode ? Math.max(0, mode.index + 1 - body) : 0;
  return overlay?.slice(top, top + body);
}

function overlayLines(
  state: State,
  size: Size,
  charset: Charset,
  help: readonly HelpEntry[],
): readonly Line[] | undefined {
  const { mode } = state;
  switch (mode.kind) {
    case 'table':
    case 'filter':
      return undefined;
    case 'events':
      if (state.log.length === 0)
        return [[span(text`  nothing has been ended yet (x ends the selected agent)`, 'dim')]];
      return [...state.log].reverse().map(said => [span(printable(said, charset))]);
    case 'help':
      return helpLines(help, state.readOnly, charset);
    case 'palette': {
      const actions = actionsFor(help, mode.typed);
      if (actions.length === 0) return [[span(text`  no matching command`, 'dim')]];
      return actions.map((entry, index) =>
        helpLine(entry, index === mode.index ? '> ' : '  ', state.readOnly, charset),
      );
    }
    case 'dialog':
      return dialogLines(mode.dialog, mode.isArmed === true, charset).flatMap(line =>
        wrapped(line, size.columns),
      );
    case 'sort':
      return sortColumns.map((column, index) => [
        span(
          text`  ${printable(index === mode.index ? '>' : ' ')} ${printable(column)}`,
          index === mode.index ? 'cursor' : 'plain',
        ),
      ]);
    case 'detail': {
      const row = state.snapshot?.rows.find(each => each.key === mode.key);
      if (state.snapshot === undefined || row === undefined)
        return [[span(text`  this row is gone`, 'dim')]];
      const { machine, takenAt } = state.snapshot;
      const inspection = state.inspection?.key === row.key ? state.inspection : undefined;
      const lines = detailLines(row, inspection, machine, takenAt, charset);
      return lines.flatMap(line => wrapped(line, size.columns));
    }
  }
}

/** Wraps long sentences. */
function wrapped(line: Line, width: number): readonly Line[] {
  const [piece, ...more] = line;
  if (piece === undefined || more.length > 0) return [line];
  return wrap(piece.text, Math.max(10, width)).map(each => [span(each, piece.tone)]);
}
