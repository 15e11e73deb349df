/** The whole state of the screen, as one value. */

import type { AlertWay } from '../../core/model/alert.ts';
import type { GuardStatus } from '../../core/model/guard-status.ts';
import type { HostLine } from '../../core/model/host-line.ts';
import type { Aspect, Inspection } from '../../core/model/inspection.ts';
import type { Row, Snapshot } from '../../core/model/model.ts';
import type { Placed, View } from '../../core/rows/describe.ts';
import type { Grouping } from '../../core/rows/row-groups.ts';
import { type Alarms, noAlarms } from './alarms.ts';
import type { Endings } from './endings.ts';
import type { Histories } from './growth.ts';
import { groupedItems, type Heading, type Item, isHeading, isHost, placedOf } from './items.ts';
import type { Marks } from './marks.ts';
import { isOfRow, type Mode } from './mode.ts';
import type { Notice } from './notice.ts';
import type { PlanStep } from './plan-steps.ts';
import { rowsOf, type Tab } from './tabs.ts';
import { noTrends, type Trends } from './trends.ts';

/** `isFree`: on the first line, whichever that is, as no key has yet been about a line. `left`: the line of an earlier
 * tab that this one does not have; until the cursor is moved, it goes back there. */
export type Cursor = {
  readonly key?: string;
  readonly index: number;
  readonly isFree?: true;
  readonly left?: string;
};

export type State = {
  /** The last poll, with all that the screen adds to its rows. */
  readonly snapshot?: Snapshot;
  /** The last poll as read. */
  readonly read?: Snapshot;
  /** The machines of the fleet; undefined without one. */
  readonly hosts?: readonly HostLine[];
  /** Plans that open after the one on the screen. */
  readonly pending: readonly PlanStep[];
  readonly marks: Marks;
  readonly histories: Histories;
  readonly trends: Trends;
  /** Of the row that is open or beside the table, or was. */
  readonly inspection?: Inspection;
  readonly view: View;
  readonly tab: Tab;
  /** What the rows are grouped by, if by anything; `folded` has the keys of headings without their rows. */
  readonly grouping?: Grouping;
  readonly folded: ReadonlySet<string>;
  /** The cursor's row or heading, by key; `index` is the fallback when the row is gone. */
  readonly cursor: Cursor;
  /** The followed row; its name is kept for the notice when the row disappears. */
  readonly followed?: { readonly key: string; readonly name: string };
  /** First row of the window. */
  readonly top: number;
  /** Rows of the window and lines of the overlay, as measured by the view. */
  readonly windowRows: number;
  readonly overlayRows: number;
  readonly columns?: number;
  /** Shown beside the table where there is room for it. */
  readonly split?: Aspect;
  readonly matches?: readonly number[];
  readonly mode: Mode;
  readonly paused: boolean;
  readonly intervalMs: number;
  readonly readOnly: boolean;
  /** How rows that need attention are announced. */
  readonly alert: AlertWay;
  readonly alarms: Alarms;
  readonly endings: Endings;
  /** Keys of rows whose end was confirmed and is not recorded yet. */
  readonly unfinished: ReadonlySet<string>;
  /** Newer than the snapshot during a countdown, epoch milliseconds. */
  readonly now?: number;
  /** Keys of rows that the verbs act on together. */
  readonly tagged: ReadonlySet<string>;
  /** The event log: results of terminations and other messages with their time, oldest first. */
  readonly log: readonly string[];
  /** What other vigils have done, which comes before it; undefined until it was asked for. */
  readonly remembered?: readonly string[];
  /** Result of the last termination, or another message, for a short while. */
  readonly notice?: Notice;
  /** Active registry entries of which nothing is alive: reconcile closes them. */
  readonly deadEntries: number;
  /** The guard of these workspaces, if one is running. */
  readonly guard?: GuardStatus;
};

export function initialState(
  view: View,
  intervalMs: number,
  readOnly: boolean,
  alert: AlertWay = 'off',
): State {
  return {
    view,
    tab: 'All',
    folded: new Set(),
    cursor: { index: 0, isFree: true },
    top: 0,
    windowRows: 1,
    overlayRows: 0,
    mode: { kind: 'table' },
    paused: false,
    intervalMs,
    readOnly,
    alert,
    alarms: noAlarms,
    endings: new Map(),
    unfinished: new Set(),
    pending: [],
    marks: new Map(),
    histories: new Map(),
    trends: noTrends,
    log: [],
    deadEntries: 0,
    tagged: new Set(),
  };
}

/** Rows of the tab and the filter, in order. The same snapshot and view return the same array. */
export function visibleRows({ snapshot, view, tab }: State): readonly Placed[] {
  return snapshot === undefined ? [] : rowsOf(snapshot, view, tab);
}

/** The lines of the table: the visible rows, with headings where they are grouped; or the machines. */
export function visibleItems(state: State): readonly Item[] {
  if (state.tab === 'Fleet') return (state.hosts ?? []).map(host => ({ host }));
  const rows = visibleRows(state);
  const { grouping: by, folded, view } = state;
  return by === undefined ? rows : groupedItems(rows, { by, folded, isTree: view.tree });
}

export function itemUnderCursor(state: State): Item | undefined {
  return visibleItems(state)[state.cursor.index];
}

export function rowUnderCursor(state: State): Placed | undefined {
  return placedOf(itemUnderCursor(state));
}

export function headingUnderCursor(state: State): Heading | undefined {
  const item = itemUnderCursor(state);
  return isHeading(item) ? item : undefined;
}

export function hostUnderCursor(state: State): HostLine | undefined {
  const item = itemUnderCursor(state);
  return isHost(item) ? item.host : undefined;
}

export function inMode(state: State, mode: Mode): State {
  return { ...state, mode };
}

/** The targets of a verb: the row whose detail or log is open, else the tagged rows, else the row under the cursor,
 * or on a heading its rows that the filter shows; never gone rows. */
export function chosenRows(state: State): readonly Row[] {
  const { mode, snapshot } = state;
  const tagged = snapshot?.rows.filter(({ key }) => state.tagged.has(key)) ?? [];
  const useTags = !isOfRow(mode) && tagged.length > 0;
  const chosen = useTags ? tagged : (rowsOfHeading(state) ?? [openRow(state)]);
  return chosen.filter(row => row !== undefined).filter(({ mark }) => mark !== 'gone');
}

/** The row whose detail or log is open, else the one under the cursor; never the tagged ones. */
export function openRow(state: State): Row | undefined {
  const { mode, snapshot } = state;
  return isOfRow(mode)
    ? snapshot?.rows.find(row => row.key === mode.key)
    : rowUnderCursor(state)?.row;
}

/** On a heading. Rows without a task, workspace or server have nothing in common: none of them. */
function rowsOfHeading(state: State): readonly Row[] | undefined {
  const heading = isOfRow(state.mode) ? undefined : headingUnderCursor(state);
  if (heading === undefined) return undefined;
  const { name, rows } = heading.group;
  return name === undefined ? [] : rows.map(({ row }) => row);
}
