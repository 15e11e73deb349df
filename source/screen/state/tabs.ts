/** The tabs of the screen, and the classes each shows. */

import type { RowClass, Snapshot } from '../../core/model/model.ts';
import { type Placed, selectRows, type View } from '../../core/rows/describe.ts';

const ofRows = ['All', 'Agents', 'Sessions', 'Orphans', 'Ghosts', 'Hosts'] as const;
export const tabs = [...ofRows, 'Fleet'] as const;
export type Tab = (typeof tabs)[number];

/** The tabs of a screen: that of the fleet only where there is one. */
export function tabsWith(hosts: readonly unknown[] | undefined): readonly Tab[] {
  return hosts === undefined ? ofRows : tabs;
}

/** Undefined: all but `ended`. */
export const classesOf: Readonly<Record<Tab, readonly RowClass[] | undefined>> = {
  All: undefined,
  Agents: ['live', 'undead', 'husk', 'interactive', 'unknown'],
  Sessions: undefined,
  Orphans: ['orphan', 'zombie'],
  Ghosts: ['ghost'],
  Hosts: ['host'],
  // It shows machines instead.
  Fleet: [],
};

/** The tab's classes, limited to those of `--class`. */
function classesIn(tab: Tab, chosen: readonly RowClass[] | undefined) {
  const ofTab = classesOf[tab];
  return chosen === undefined || ofTab === undefined
    ? (chosen ?? ofTab)
    : chosen.filter(name => ofTab.includes(name));
}

/** The rows of a tab, in the view's order. The same snapshot and view return the same array. */
export function rowsOf(snapshot: Snapshot, view: View, tab: Tab): readonly Placed[] {
  if (last?.snapshot === snapshot && last.view === view && last.tab === tab) return last.rows;
  const placed = selectRows(snapshot, { ...view, classes: classesIn(tab, view.classes) });
  const rows = tab === 'Sessions' ? placed.filter(({ row }) => row.session !== undefined) : placed;
  last = { snapshot, view, tab, rows };
  return rows;
}

let last: { snapshot: Snapshot; view: View; tab: Tab; rows: readonly Placed[] } | undefined;
