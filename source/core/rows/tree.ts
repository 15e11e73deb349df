/** Lists as trees: agents under their deployers, processes under their parents. */
import { addTo, groupBy } from '../model/group-by.ts';
import type { Row, RowProcess } from '../model/model.ts';

/** Roots in their order, each followed by all below it; each item occurs once. Items that no root leads to, as
 * in a cycle, come last.
 * @returns the items with their levels. */
export function placedInTree<T>(
  items: readonly T[],
  isRoot: (item: T) => boolean,
  below: (item: T) => readonly T[],
): ReadonlyMap<T, number> {
  const levels = new Map<T, number>();
  // An explicit stack: a chain of parents may be deeper than the call stack.
  const waiting = [...items.filter(isRoot), ...items].map(item => ({ item, level: 0 })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { item, level } = next;
    if (levels.has(item)) continue;
    levels.set(item, level);
    for (const child of below(item).toReversed()) waiting.push({ item: child, level: level + 1 });
  }
  return levels;
}

/** The processes of a row, by pid; one whose parent is not in the row is a root. Pids reused between two reads
 * may form a cycle.
 * @returns each with its level. */
export function memberTree(processes: readonly RowProcess[]): ReadonlyMap<RowProcess, number> {
  const present = new Set(processes.map(({ pid }) => pid));
  const byPid = [...processes].sort((a, b) => a.pid - b.pid);
  const children = groupBy(byPid, ({ ppid }) => ppid);
  return placedInTree(
    byPid,
    ({ pid, ppid }) => !present.has(ppid) || ppid === pid,
    ({ pid }) => children.get(pid) ?? [],
  );
}

/** Which agent deployed which: by id within one workspace. Leftovers have no workspace and match by id alone.
 * @returns each row's deployer, if it is among the rows. An id used in several tasks means the one in the
 * same task, or the only task that has it; an ambiguous id matches none. */
export function deployersOf(rows: readonly Row[]): ReadonlyMap<Row, Row> {
  const agents = rows.filter(row => row.agentId !== undefined && row.class !== 'zombie');
  const byId = groupBy(agents, row => row.agentId);
  const deployers = new Map<Row, Row>();
  for (const row of rows) {
    if (row.parent === undefined || row.parent === row.agentId) continue;
    const isNear = ({ workspace }: Row) =>
      row.workspace === undefined || workspace === row.workspace;
    const candidates = (byId.get(row.parent) ?? []).filter(isNear);
    const deployer =
      candidates.find(each => each.task === row.task) ??
      (candidates.length === 1 ? candidates[0] : undefined);
    if (deployer !== undefined) deployers.set(row, deployer);
  }
  return deployers;
}

/** Rows by their deployer, each list in the order of `rows`. */
export function deployedBy(rows: readonly Row[]): ReadonlyMap<Row, readonly Row[]> {
  const deployed = new Map<Row, Row[]>();
  for (const [row, deployer] of deployersOf(rows)) addTo(deployed, deployer, row);
  return deployed;
}
