/** The layout of one state: shares of the frame, and the lines of the overlay. The screen draws it, and it
 * bounds scrolling. */
import { sortColumns } from '../core/rows/describe.ts';
import { localHost } from '../core/rows/far-rows.ts';
import type { Bounds } from '../screen/state/events.ts';
import { actionsFor } from '../screen/state/palette.ts';
import type { State } from '../screen/state/state.ts';
import { detailLines } from '../text/detail-lines.ts';
import { type HelpEntry, helpLine, helpLines } from '../text/help-lines.ts';
import { type Line, spansIn, wrapLine, wrapSpans } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';
import { signalMenuLines } from '../text/signal-lines.ts';
import { columnLines } from './column-lines.ts';
import { dialogLines } from './dialog-lines.ts';
import { type Frame, frameFor, type Size } from './frame.ts';
import { type LogView, logTop, logView } from './log-view.ts';
import { type SidePane, sidePane } from './side-pane.ts';
import type { Paint } from './text-line.tsx';

/** Left margin of the table: a cell each for the tag, the cursor, and the new/gone mark. */
export const gutter = 3;

/** What every component draws from. */
export type ScreenProps = {
  readonly state: State;
  /** Layout of this state. */
  readonly layout: Layout;
  readonly paint: Paint;
  readonly footerKeys: readonly FooterKey[];
};

/** One key and its label, from the key table. */
export type FooterKey = Pick<HelpEntry, 'shown' | 'changes'> & {
  readonly word: string;
  /** The key reader's name for it; without one a click does nothing. */
  readonly key?: string;
};

export type Layout = {
  /** Of the terminal, in cells. */
  readonly width: number;
  /** Of the table, or of what covers it. */
  readonly listWidth: number;
  readonly frame: Frame;
  /** Undefined while the table itself is visible. */
  readonly overlay?: readonly Line[];
  /** While a log covers the table. */
  readonly log?: LogView;
  /** Beside the table, or what covers it. */
  readonly side?: SidePane;
};

export function layoutOf(
  state: State,
  size: Size,
  charset: Charset,
  help: readonly HelpEntry[],
): Layout {
  const width = Math.max(1, size.columns);
  const frame = frameFor(state, size, charset);
  const rows = frame.body + Number(frame.hasHeading);
  const side = sidePane({ ...state, columns: width }, rows, charset);
  const listWidth = width - (side?.width ?? 0);
  if (state.mode.kind === 'log')
    return { width, listWidth, frame, log: logView(state.mode, state, width, charset) };
  return { width, listWidth, frame, side, overlay: overlayLines(state, listWidth, charset, help) };
}

export function boundsOf({ width, frame, overlay, log }: Layout): Bounds {
  return {
    windowRows: Math.max(1, frame.body),
    overlayRows: log?.length ?? overlay?.length ?? 0,
    columns: width,
    matches: log?.found.rows,
  };
}

export function canScroll({ frame, overlay, log }: Layout): boolean {
  return (log?.length ?? overlay?.length ?? 0) > frame.body;
}

/** @returns how many lines of the overlay follow below the window. */
export function linesBelow({ frame, overlay }: Layout, { mode }: State): number {
  return 'top' in mode ? Math.max(0, (overlay?.length ?? 0) - mode.top - frame.body) : 0;
}

/** The visible lines of the overlay: a text scrolls, a list keeps its selection visible. */
export function overlayInSight(
  { frame, overlay, log }: Layout,
  { mode }: State,
): readonly Line[] | undefined {
  const { body } = frame;
  if (log !== undefined && mode.kind === 'log') {
    const lines = log.window(logTop(mode, log.length, body), body);
    return frame.hasHeading ? [log.heading, ...lines] : lines;
  }
  const top = 'top' in mode ? mode.top : 'index' in mode ? Math.max(0, mode.index + 1 - body) : 0;
  return overlay?.slice(top, top + body);
}

function overlayLines(
  state: State,
  width: number,
  charset: Charset,
  help: readonly HelpEntry[],
): readonly Line[] | undefined {
  const say = spansIn(charset);
  const { mode, readOnly } = state;
  switch (mode.kind) {
    case 'table':
    case 'filter':
    case 'log':
      return undefined;
    case 'events': {
      const log = [...(state.remembered ?? []), ...state.log];
      if (log.length === 0)
        return [[say('  nothing has been ended yet (x ends the selected agent)', 'dim')]];
      return log.toReversed().flatMap(said => wrapLine([say(said)], width));
    }
    case 'help':
      return helpLines(help, readOnly, charset, width);
    case 'palette': {
      const actions = actionsFor(help, mode.typed);
      if (actions.length === 0) return [[say('  no matching command', 'dim')]];
      return actions.map((entry, index) =>
        helpLine(entry, index === mode.index ? '> ' : '  ', readOnly, say),
      );
    }
    case 'signals':
      return signalMenuLines(mode.index, charset);
    case 'dialog':
      return dialogLines(
        mode.dialog,
        mode.isArmed === true,
        charset,
        state.hosts && localHost,
      ).flatMap(line => wrapSpans(line, width));
    case 'columns':
      return columnLines(mode, Math.max(1, width - gutter), charset);
    case 'sort':
      return sortColumns.map((column, index) => [
        index === mode.index ? say(`  > ${column}`, 'cursor') : say(`    ${column}`),
      ]);
    case 'detail': {
      const row = state.snapshot?.rows.find(each => each.key === mode.key);
      if (state.snapshot === undefined || row === undefined)
        return [[say('  this row is gone', 'dim')]];
      const inspection = state.inspection?.key === row.key ? state.inspection : undefined;
      return detailLines(row, inspection, state.snapshot, charset).flatMap((line, index) =>
        index === 0 ? wrapSpans(line, width) : wrapLine(line, width),
      );
    }
  }
}
