/** The whole screen of one state. Pure: the same state and size draw the same frame. */
import { Box } from 'ink';
import { sortColumns } from '../core/describe.ts';
import type { Mode } from '../core/mode.ts';
import { actionsFor } from '../core/palette.ts';
import { type State, visibleRows } from '../core/state.ts';
import { detailLines } from '../text/detail-lines.ts';
import { dialogLines } from '../text/dialog-lines.ts';
import { type HelpEntry, helpLine, helpLines } from '../text/help-lines.ts';
import { type Line, span } from '../text/line.ts';
import { type Charset, printable, text, wrap } from '../text/printable.ts';
import { Footer, type FooterKey, type FooterProps } from './footer.tsx';
import { type Frame, frameFor, type Size } from './frame.ts';
import { Header } from './header.tsx';
import { Lines } from './lines.tsx';
import { Table, type TableProps } from './table.tsx';
import type { Paint } from './text-line.tsx';

export type ScreenProps = {
  readonly state: State;
  readonly size: Size;
  readonly paint: Paint;
  readonly footerKeys: readonly FooterKey[];
  readonly help: readonly HelpEntry[];
};

export function Screen({ state, size, paint, footerKeys, help }: ScreenProps) {
  const frame = frameFor(state, size);
  const width = Math.max(1, size.columns);
  const overlay = overlayLines(state, size, paint.charset, help);
  const top = overlayTop(state.mode, frame);
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      <Header state={state} frame={frame} width={width} paint={paint} />
      <Box height={frame.body + Number(frame.hasHeading)} flexDirection="column">
        {overlay === undefined ? (
          <Table {...tableProps(state, frame, width, paint)} />
        ) : (
          <Lines lines={overlay.slice(top, top + frame.body)} width={width} paint={paint} />
        )}
      </Box>
      {frame.hasFooter && <Footer {...footerProps(state, footerKeys, width, paint)} />}
    </Box>
  );
}

export function tableProps(state: State, frame: Frame, width: number, paint: Paint): TableProps {
  return {
    rows: visibleRows(state),
    cursor: state.cursor.key,
    tagged: state.tagged,
    top: state.top,
    height: frame.body,
    hasHeading: frame.hasHeading,
    width,
    now: Math.max(state.snapshot?.takenAt ?? 0, state.now ?? 0),
    paint,
    placeholder: placeholderFor(state),
  };
}

export function footerProps(
  state: State,
  keys: readonly FooterKey[],
  width: number,
  paint: Paint,
): FooterProps {
  const position = { index: state.cursor.index, count: visibleRows(state).length };
  return { state, keys, position, width, paint };
}

/** The first line that is shown: a text is scrolled, what is chosen of a list stays in sight. */
function overlayTop(mode: Mode, { body }: Frame): number {
  if ('top' in mode) return mode.top;
  return 'index' in mode ? Math.max(0, mode.index + 1 - body) : 0;
}

/** What lies over the table: help, the palette, a detail, the sort menu, the event log or a dialog, as lines;
 * nothing where the table itself is seen. */
export function overlayLines(
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

/** Long sentences go on in the next line. */
function wrapped(line: Line, width: number): readonly Line[] {
  const [piece, ...more] = line;
  if (piece === undefined || more.length > 0) return [line];
  return wrap(piece.text, Math.max(10, width)).map(each => [span(each, piece.tone)]);
}

/** What an empty table says, and what to do about it. */
function placeholderFor({ snapshot, view, tab }: State): readonly string[] {
  if (snapshot === undefined) return ['reading processes and tmux'];
  if (view.filter !== '') return ['no rows match the filter (Esc clears it)'];
  const chosen = view.classes?.join(', ');
  if (tab !== 'All')
    return [`${emptyTabs[tab]}${chosen ? ` of class ${chosen}` : ''} (1 shows all rows)`];
  if (chosen !== undefined) return [`no rows of class ${chosen} (--class)`];
  const ended = snapshot.totals.ended;
  return [
    'no agents, sessions or orphans',
    ...(ended > 0 ? [`${ended} ended (vigil --class ended)`] : []),
    '',
    ...(snapshot.workspaces.length === 0
      ? ['vigil -w DIR      shows the agents recorded in a workspace (.agent-workspace)']
      : ['vigil deploy      starts an agent in its own tmux session']),
    'vigil --demo      shows made-up agents to try every key',
    '?                 lists the keys',
  ];
}

const emptyTabs = {
  Agents: 'no agents',
  Sessions: 'no agent sessions',
  Orphans: 'no orphans and no zombies',
  Ghosts: 'no ghosts: every active registry entry is alive',
} as const;
