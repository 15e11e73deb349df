/** The table: a window over the rows; the cursor's row is marked by more than colour. */
import type { Row } from '../core/model/model.ts';
import { sessionColumns, standardColumnsFor } from '../core/rows/columns.ts';
import type { Placed, SortColumn } from '../core/rows/describe.ts';
import { needsPorts } from '../core/rows/filter.ts';
import { type Item, isHeading, keyOfItem } from '../screen/state/items.ts';
import { type State, visibleItems, visibleRows } from '../screen/state/state.ts';
import { timeOf } from '../screen/state/with-notice.ts';
import { headingOfGroup } from '../text/group-lines.ts';
import { type Line, span, spansIn } from '../text/line.ts';
import type { Painted } from '../text/painted.ts';
import { printable } from '../text/printable.ts';
import { columnAt, headingLine, layOut, rowLine, type TableLayout } from '../text/table.ts';
import type { ScreenProps } from './layout.ts';
import { type Drawn, PaintedLines, paintLine } from './text-line.tsx';

/** @param x cell of the screen, from 0. @returns the column there. */
export function columnUnder({ state, layout }: ScreenProps, x: number): SortColumn | undefined {
  return columnAt(tableLayout(state, layout.listWidth), x - gutter);
}

/** Columns and their positions, also for clicks; made once for a width and a choice of columns. */
function tableLayout({ view, tab, snapshot }: State, width: number): TableLayout {
  const standard = tab === 'Sessions' ? sessionColumns : standardColumnsFor(snapshot?.workspaces);
  const columns = view.columns ?? standard;
  if (last?.width !== width || last.columns !== columns)
    last = { width, columns, layout: layOut(Math.max(1, width - gutter), columns) };
  return last.layout;
}

let last:
  | {
      readonly width: number;
      readonly columns: State['view']['columns'];
      readonly layout: TableLayout;
    }
  | undefined;

/** Left margin: a cell each for the tag, the cursor, and the new/gone mark. */
const gutter = 3;
const margin = ' '.repeat(gutter);

export function Table({ state, layout, paint }: ScreenProps) {
  const { listWidth: width, frame } = layout;
  const drawn = { width, paint };
  const columns = tableLayout(state, width);
  const shown = visibleItems(state).slice(state.top, state.top + frame.body);
  const say = spansIn(paint.charset);
  const heading =
    visibleRows(state).length > 0
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
  if (!isHeading(item)) {
    const [mark, now] = [markOf(item.row, state), timeOf(state)];
    return paintRow({ placed: item, mark, columns, now, isCursor, ...drawn });
  }
  const heading = { ...item, tasks: state.snapshot?.tasks };
  const line = headingOfGroup(heading, columns, drawn.width - gutter, drawn.paint.charset);
  const mark = isCursor ? margin.replace('  ', ' >') : margin;
  return paintLine(marked(line, mark), { ...drawn, isCursor });
}

/** Text for an empty table, with what to do about it. */
function placeholderFor({ snapshot, view, tab }: State): readonly string[] {
  if (snapshot === undefined) return ['reading processes and tmux'];
  if (view.filter !== '') {
    const isUnread = snapshot.rows.every(row => row.ports === undefined);
    if (isUnread && snapshot.rows.length > 0 && needsPorts(view.filter))
      return ['reading the ports of all processes'];
    return ['no rows match the filter (Esc clears it)'];
  }
  const chosen = view.classes?.join(', ');
  if (tab !== 'All')
    return [`${emptyTabs[tab]}${chosen ? ` of class ${chosen}` : ''} (1 shows all rows)`];
  if (chosen !== undefined) return [`no rows of class ${chosen} (--class)`];
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

const emptyTabs = {
  Agents: 'no agents',
  Sessions: 'no agent sessions',
  Orphans: 'no orphans and no zombies',
  Ghosts: 'no ghosts: every active registry entry is alive',
  Hosts: 'no daemons that agents share',
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

/** Between two polls a key changes a row or two: the others are not even formatted again. */
const paintedRows = new WeakMap<Placed, { readonly drawn: DrawnRow; readonly text: Painted }>();

function paintRow(drawn: DrawnRow): Painted {
  const { placed, mark, columns, now, paint } = drawn;
  const kept = paintedRows.get(placed);
  if (kept !== undefined && isSameRow(kept.drawn, drawn)) return kept.text;
  const text = paintLine(marked(rowLine(columns, placed, now, paint.charset), mark), drawn);
  paintedRows.set(placed, { drawn, text });
  return text;
}

function isSameRow(before: DrawnRow, after: DrawnRow): boolean {
  const names = Object.keys(after) as (keyof DrawnRow)[];
  return names.every(name => before[name] === after[name]);
}
