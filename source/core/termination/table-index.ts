/** Index of a process table. Concurrent terminations share a table, so it is indexed once. */

import { createProcessTree } from '../inventory/process-tree.ts';
import { groupBy } from '../model/group-by.ts';
import type { Process, ProcessRef } from '../model/model.ts';

const cache = new WeakMap<readonly Process[], ReturnType<typeof createIndex>>();

/** @returns the index, cached per table. */
export function indexOf(table: readonly Process[]) {
  const index = cache.get(table) ?? createIndex(table);
  cache.set(table, index);
  return index;
}

function createIndex(table: readonly Process[]) {
  const { byPid, childrenOf } = createProcessTree(table);
  const sessions = groupBy(table, process => process.sid);
  return {
    byPid,
    childrenOf,
    /** Processes with this session id. */
    inSession: (sid: number): readonly Process[] => sessions.get(sid) ?? [],
    /** The process with this identity, if it is in the table. */
    find(ref: ProcessRef): Process | undefined {
      const process = byPid.get(ref.pid);
      return process?.start === ref.start ? process : undefined;
    },
  };
}
