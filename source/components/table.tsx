/** The table: a window over the rows; the cursor's row is marked by more than colour. */
import type { Row } from '../core/model/model.ts';
import { standardColumnsFor } from '../core/rows/columns.ts';
import type { Placed, SortColumn } from '../core/rows/describe.ts';
import { needsPorts } from '../core/rows/filter.ts';
import { type Item, isHeading, isHost, keyOfItem } from '../screen/state/items.ts';
import { type State, visibleItems, visibleRows } from '../screen/state/state.ts';
import { timeOf } from '../screen/state/with-notice.ts';
import { timedWords } from '../text/cells.ts';
import { headingOfGroup } from '../text/group-lines.ts';
import { hostHeading, hostRow } from '../text/host-table.ts';
import { type Line, span, spansIn } from '../text/line.ts';
import type { Painted } from '../text/painted.ts';
import { printable } from '../text/printable.ts';
import { columnAt, headingLine, layOut, rowLine, type TableLayout } from '../text/table.ts';
import { counted } from '../text/units.ts';
import { gutter, type ScreenProps } from './layout.ts';
import { type Drawn, PaintedLines, paintLine } from './text-line.tsx';

/** @param x cell of the screen, from 0. @returns the column there. */
export function columnUnder({ state, layout }: ScreenProps, x: number): SortColumn | undefined {
  return columnAt(tableLayout(state, layout.listWidth), x - gutter);
}

/** Columns and their positions, also for clicks; made once for a width and a choice of columns. */
function tableLayout({ view, tab, snapshot }: State, width: number): TableLayout {
  const columns = view.columns ?? standardColumnsFor(snapshot, tab === 'Sessions');
  const isAlone = snapshot?.hosts === undefined;
  if (last?.width !== width || last.columns !== columns || last.isAlone !== isAlone) {
    // A choice that was made with several machines.
    const shown = isAlone ? columns.filter(each => each !== 'host') : columns;
    last = { width, columns, isAlone, layout: layOut(Math.max(1, width - gutter), shown) };
  }
  return last.layout;
}

let last:
  | {
      readonly width: number;
      readonly columns: State['view']['columns'];
      readonly isAlone: boolean;
      readonly layout: TableLayout;
    }
  | undefined;

const margin = ' '.repeat(gutter);

export function Table({ state, layout, paint }: ScreenProps) {
  const { listWidth: width, frame } = layout;
  const drawn = { width, paint };
  const columns = tableLayout(state, width);
  const shown = visibleItems(state).slice(state.top, state.top + frame.body);
  const say = spansIn(paint.charset);
  const heading =
    state.tab === 'Fleet'
      ? marked(hostHeading(width - gutter, paint.charset), margin)
      : visibleRows(state).length > 0
        ? marked(headingLine(columns, paint.charset, state.view.sort), margin)
        : [];
  const body = shown.map(item => paintItem(item, state, columns, drawn));
  const placeholder = () =>
    placeholderFor(state)
      .slice(0, frame.body)
      .map(said => paintLine([say(margin + said, 'dim')], drawn));
  return (
    <PaintedLines
      lines={[
        ...(frame.hasHeading ? [paintLine(heading, drawn)] : []),
        ...(shown.length > 0 ? body : placeholder()),
      ]}
    />
  );
}

function paintItem(item: Item, state: State, columns: TableLayout, drawn: Drawn): Painted {
  const isCursor = keyOfItem(item) === state.cursor.key;
  const { charset } = drawn.paint;
  const width = drawn.width - gutter;
  if (isHeading(item) || isHost(item)) {
    const line = isHost(item)
      ? hostRow(item.host, timeOf(state), width, charset)
      : headingOfGroup({ ...item, tasks: state.snapshot?.tasks }, columns, width, charset);
    const mark = isCursor ? margin.replace('  ', ' >') : margin;
    return paintLine(marked(line, mark), { ...drawn, isCursor });
  }
  const [mark, now] = [markOf(item.row, state), timeOf(state)];
  return paintRow({ placed: item, mark, columns, now, isCursor, ...drawn });
}

/** Text for an empty table, with what to do about it. */
function placeholderFor({ snapshot, view, tab, hosts }: State): readonly string[] {
  if (snapshot === undefined) return ['reading processes and tmux'];
  if (view.filter !== '') {
    const isUnread = snapshot.rows.every(row => row.ports === undefined);
    if (isUnread && snapshot.rows.length > 0 && needsPorts(view.filter))
      return ['reading the ports of all processes'];
    return ['no rows match the filter (Esc clears it)'];
  }
  const chosen = view.classes?.join(', ');
  if (chosen !== undefined)
    return [`no rows of class ${chosen} (--class)${tab === 'All' ? '' : ' on this tab'}`];
  if (tab !== 'All') return [`${emptyTabs[tab]} (1 shows all rows)`];
  if (hosts !== undefined) return emptyFleet(hosts);
  const ended = snapshot.totals.ended;
  return [
    'no agents, sessions or orphans',
    ...(ended > 0 ? [`${ended} ended (vigil --class ended)`] : []),
    '',
    snapshot.workspaces.length === 0
      ? 'vigil -w DIR      shows the agents recorded in a workspace (.agent-workspace)'
      : 'vigil deploy      starts an agent in its own tmux session',
    'vigil --demo      shows made-up agents to try every key',
    '?                 lists the keys',
  ];
}

function emptyFleet(hosts: NonNullable<State['hosts']>): readonly string[] {
  const awaited = hosts.filter(({ heardAt, state }) => heardAt === undefined && state !== 'failed');
  if (awaited.length > 0) return [`waiting for ${counted(awaited.length, 'host')}`];
  return ['no agents, sessions or orphans', '7                 lists the hosts'];
}

const emptyTabs = {
  Agents: 'no agents',
  Sessions: 'no agent sessions',
  Orphans: 'no orphans and no zombies',
  Ghosts: 'no ghosts: every active registry entry is alive',
  Hosts: 'no daemons that agents share',
  Fleet: 'no machines',
} as const;

/** Marks for tagged, under the cursor, and just appeared or gone. */
function markOf({ key, mark }: Row, { tagged, cursor }: State): string {
  const change = mark === undefined ? ' ' : changeSigns[mark];
  return `${tagged.has(key) ? '*' : ' '}${key === cursor.key ? '>' : ' '}${change}`;
}

const changeSigns = { new: '+', gone: '-' } as const;

function marked(line: Line, mark: string): Line {
  return [span(printable(mark)), ...line];
}

type DrawnRow = Drawn & {
  readonly placed: Placed;
  readonly mark: string;
  readonly columns: TableLayout;
  readonly now: number;
};

/** What is painted of a row for the same time is the same. */
type PaintedRow = {
  readonly drawn: DrawnRow;
  readonly words: string;
  readonly text: Painted;
};

/** Most keys change a row or two, and most polls none: the others are not even formatted again. */
const paintedRows = new WeakMap<Row, PaintedRow>();

function paintRow(drawn: DrawnRow): Painted {
  const { placed, mark, columns, now, paint } = drawn;
  const kept = paintedRows.get(placed.row);
  const isSame = kept !== undefined && isSameRow(kept.drawn, drawn);
  if (isSame && kept.drawn.now === now) return kept.text;
  const words = timedWords(placed, now);
  const text =
    isSame && kept.words === words
      ? kept.text
      : paintLine(marked(rowLine(columns, placed, now, paint.charset), mark), drawn);
  paintedRows.set(placed.row, { drawn, words, text });
  return text;
}

/** But for the time. */
function isSameRow(before: DrawnRow, after: DrawnRow): boolean {
  return (
    before.placed.level === after.placed.level &&
    before.placed.branch === after.placed.branch &&
    before.mark === after.mark &&
    before.columns === after.columns &&
    before.isCursor === after.isCursor &&
    before.width === after.width &&
    before.paint === after.paint
  );
}
