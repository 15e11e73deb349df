/** Index of a process table. Concurrent terminations share a table, so it is indexed once. */

import { createProcessTree, type ProcessTree } from '../inventory/process-tree.ts';
import { groupBy } from '../model/group-by.ts';
import { identityOf, type Process, type ProcessRef } from '../model/model.ts';

export type TableIndex = Pick<ProcessTree, 'byPid' | 'childrenOf'> & {
  /** Processes with this session id. */
  inSession(sid: number): readonly Process[];
  /** The process with this identity, if it is in the table. */
  find(ref: ProcessRef): Process | undefined;
};

const cache = new WeakMap<readonly Process[], TableIndex>();
const none: readonly Process[] = [];

/** @returns the index, cached per table. */
export function indexOf(table: readonly Process[]): TableIndex {
  const cached = cache.get(table);
  if (cached !== undefined) return cached;
  const index = createIndex(table);
  cache.set(table, index);
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

/** Sorts oldest first, so that parents precede their children, and removes duplicates. */
export function oldestFirst(processes: Iterable<Process>): readonly Process[] {
  const each = new Map<string, Process>();
  for (const process of processes) each.set(identityOf(process), process);
  return [...each.values()].sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid);
}
