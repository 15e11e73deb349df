/** One process table by what an ending asks of it. Fifty endings share a table: it is indexed once. */

import { createProcessTree, type ProcessTree } from '../inventory/process-tree.ts';
import { groupBy } from '../model/group-by.ts';
import { identityOf, type Process, type ProcessRef } from '../model/model.ts';

export type TableIndex = Pick<ProcessTree, 'byPid' | 'childrenOf'> & {
  /** Processes with this session id. */
  inSession(sid: number): readonly Process[];
  /** This very process, where it is in the table. */
  find(ref: ProcessRef): Process | undefined;
};

const known = new WeakMap<readonly Process[], TableIndex>();
const none: readonly Process[] = [];

/** The same table, the same index. */
export function indexOf(table: readonly Process[]): TableIndex {
  const before = known.get(table);
  if (before !== undefined) return before;
  const index = createIndex(table);
  known.set(table, index);
  return index;
}

function createIndex(table: readonly Process[]): TableIndex {
  const { byPid, childrenOf } = createProcessTree(table);
  const sessions = groupBy(table, process => process.sid);
  return {
    byPid,
    childrenOf,
    inSession: sid => sessions.get(sid) ?? none,
    find(ref) {
      const process = byPid.get(ref.pid);
      return process?.start === ref.start ? process : undefined;
    },
  };
}

/** Oldest first, the order in which parents come before their children; no process twice. */
export function oldestFirst(processes: Iterable<Process>): readonly Process[] {
  const each = new Map<string, Process>();
  for (const process of processes) each.set(identityOf(process), process);
  return [...each.values()].sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid);
}
