/** What the screen is about to show, as one value. */

import type { Inspection } from '../../core/model/inspection.ts';
import type { Snapshot } from '../../core/model/model.ts';
import type { Placed, View } from '../../core/rows/describe.ts';
import type { Endings } from './endings.ts';
import type { Histories } from './growth.ts';
import type { Marks } from './marks.ts';
import type { Mode } from './mode.ts';
import { rowsOf, type Tab } from './tabs.ts';

export type State = {
  /** The last look with all that the screen adds to its rows. */
  readonly snapshot?: Snapshot;
  /** The last look as it was read. */
  readonly read?: Snapshot;
  readonly marks: Marks;
  readonly histories: Histories;
  /** Of the row whose detail is open, or was. */
  readonly inspection?: Inspection;
  readonly view: View;
  readonly tab: Tab;
  /** The row the cursor is on, by identity; `index` is only where to go when it has gone. */
  readonly cursor: { readonly key?: string; readonly index: number };
  /** The row that the cursor is kept on, with its name for the day it is gone. */
  readonly followed?: { readonly key: string; readonly name: string };
  /** First row of the window. */
  readonly top: number;
  /** Rows that the window can hold, and lines of what lies over the table: the view measures both. */
  readonly windowRows: number;
  readonly overlayRows: number;
  readonly mode: Mode;
  readonly paused: boolean;
  readonly intervalMs: number;
  readonly readOnly: boolean;
  readonly endings: Endings;
  /** Keys of rows whose end was confirmed and is not recorded yet. */
  readonly unfinished: ReadonlySet<string>;
  /** Newer than the snapshot while something counts down, epoch milliseconds. */
  readonly now?: number;
  /** Keys of rows that the verbs act on together. */
  readonly tagged: ReadonlySet<string>;
  /** What endings did and what else was said, with the time, oldest first. */
  readonly log: readonly string[];
  /** What came of the last ending, or what else there is to say for a short while. */
  readonly notice?: string;
  /** What a reconcile would change, in a few words; nothing where record and machine agree. */
  readonly drift?: string;
};

export function initialState(view: View, intervalMs: number, readOnly: boolean): State {
  return {
    view,
    tab: 'All',
    cursor: { index: 0 },
    top: 0,
    windowRows: 1,
    overlayRows: 0,
    mode: { kind: 'table' },
    paused: false,
    intervalMs,
    readOnly,
    endings: new Map(),
    unfinished: new Set(),
    marks: new Map(),
    histories: new Map(),
    log: [],
    tagged: new Set(),
  };
}

/** Rows of the tab and the filter, in order. Same snapshot and view, same array. */
export function visibleRows({ snapshot, view, tab }: State): readonly Placed[] {
  return snapshot === undefined ? [] : rowsOf(snapshot, view, tab);
}

export function rowUnderCursor(state: State): Placed | undefined {
  return visibleRows(state)[state.cursor.index];
}
