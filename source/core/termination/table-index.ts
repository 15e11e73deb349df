/** One process table by what an ending asks of it. Fifty endings share a table: it is indexed once. */
import { identityOf, type Process, type ProcessRef } from '../model.ts';

export type TableIndex = {
  readonly byPid: ReadonlyMap<number, Process>;
  childrenOf(pid: number): readonly Process[];
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
  const byPid = new Map<number, Process>();
  const children = new Map<number, Process[]>();
  const sessions = new Map<number, Process[]>();
  for (const process of table) {
    byPid.set(process.pid, process);
    addTo(children, process.ppid, process);
    addTo(sessions, process.sid, process);
  }
  return {
    byPid,
    childrenOf: pid => children.get(pid) ?? none,
    inSession: sid => sessions.get(sid) ?? none,
    find(ref) {
      const process = byPid.get(ref.pid);
      return process?.start === ref.start ? process : undefined;
    },
  };
}

function addTo(lists: Map<number, Process[]>, key: number, process: Process): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [process]);
  else list.push(process);
}

/** Oldest first, the order in which parents come before their children; no process twice. */
export function oldestFirst(processes: Iterable<Process>): readonly Process[] {
  const each = new Map<string, Process>();
  for (const process of processes) each.set(identityOf(process), process);
  return [...each.values()].sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid);
}
