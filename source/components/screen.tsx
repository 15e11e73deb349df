/** The whole screen for one state. Pure: the same state and size draw the same frame. */
import { Box } from 'ink';
import { type State, visibleRows } from '../screen/state/state.ts';
import { Footer, type FooterKey, type FooterProps } from './footer.tsx';
import type { Frame } from './frame.ts';
import { Header } from './header.tsx';
import { type Layout, overlayInSight } from './layout.ts';
import { Lines } from './lines.tsx';
import { Table, type TableProps } from './table.tsx';
import type { Paint } from './text-line.tsx';

export type ScreenProps = {
  readonly state: State;
  /** Layout of this state. */
  readonly layout: Layout;
  readonly paint: Paint;
  readonly footerKeys: readonly FooterKey[];
};

export function Screen({ state, layout, paint, footerKeys }: ScreenProps) {
  const { frame, size } = layout;
  const width = Math.max(1, size.columns);
  const overlay = overlayInSight(layout, state);
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      <Header state={state} frame={frame} width={width} paint={paint} />
      <Box height={frame.body + Number(frame.hasHeading)} flexDirection="column">
        {overlay === undefined ? (
          <Table {...tableProps(state, frame, width, paint)} />
        ) : (
          <Lines lines={overlay} width={width} paint={paint} />
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

/** Text for an empty table, with what to do about it. */
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
