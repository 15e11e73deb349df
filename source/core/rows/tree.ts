/** Lists as trees: agents under their deployers, processes under their parents. */
import { groupBy } from '../model/group-by.ts';
import type { Row, RowProcess } from '../model/model.ts';

/** @param below the children of an item, or the roots. Items that no root leads to, as in a cycle, come last.
 * @returns each item once, after its parent, with its level. */
export function placedInTree<T>(
  items: readonly T[],
  below: (item: T | undefined) => readonly T[] | undefined,
): ReadonlyMap<T, number> {
  const levels = new Map<T, number>();
  // An explicit stack: a chain of parents may be deeper than the call stack.
  const roots = [...(below(undefined) ?? []), ...items];
  const waiting = roots.map(item => ({ item, level: 0 })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { item, level } = next;
    if (levels.has(item)) continue;
    levels.set(item, level);
    const children = below(item) ?? [];
    for (const child of children.toReversed()) waiting.push({ item: child, level: level + 1 });
  }
  return levels;
}

/** Deeper items are drawn at this level: a line has no room for more. */
const deepest = 20;

/** What connects each item of a tree to its parent: `├ ` where a sibling follows, `└ ` on the last one, and `│ ` past a
 * parent that has more siblings.
 * @param levels of the items, in the order of the tree.
 * @returns a prefix for each item; empty at level 0. */
export function branchesOf(levels: readonly number[]): readonly string[] {
  const branches: string[] = [];
  /** Whether an item of this level follows before one above it, seen from below. */
  const follows: boolean[] = [];
  for (const each of levels.toReversed()) {
    const level = Math.min(each, deepest);
    follows.length = level + 1;
    const above = Array.from({ length: Math.max(0, level - 1) }, (_, index) =>
      follows[index + 1] ? '│ ' : '  ',
    );
    branches.push(level === 0 ? '' : `${above.join('')}${follows[level] ? '├ ' : '└ '}`);
    follows[level] = true;
  }
  return branches.reverse();
}

/** The processes of a row, by pid; one whose parent is not in the row is a root. Pids reused between two reads
 * may form a cycle.
 * @returns each with its level. */
export function memberTree(processes: readonly RowProcess[]): ReadonlyMap<RowProcess, number> {
  const present = new Set(processes.map(({ pid }) => pid));
  const byPid = [...processes].sort((a, b) => a.pid - b.pid);
  const children = groupBy(byPid, ({ pid, ppid }) =>
    present.has(ppid) && ppid !== pid ? ppid : undefined,
  );
  return placedInTree(byPid, parent => children.get(parent?.pid));
}

/** Which agent deployed which: by id within one machine and workspace. Leftovers have no workspace and match by id alone.
 * An id used in several tasks means the one in the same task, or the only task that has it; an ambiguous id
 * matches none.
 * @returns rows by their deployer, if it is among the rows; each list in the order of `rows`. */
export function deployedBy(rows: readonly Row[]): ReadonlyMap<Row | undefined, readonly Row[]> {
  const agents = rows.filter(row => row.agentId !== undefined && row.class !== 'zombie');
  const byId = groupBy(agents, row => row.agentId);
  return groupBy(rows, ({ parent, agentId, task, workspace, far }) => {
    if (parent === undefined || parent === agentId) return undefined;
    const near = (byId.get(parent) ?? []).filter(
      each =>
        each.far?.host === far?.host && (workspace === undefined || each.workspace === workspace),
    );
    return near.find(each => each.task === task) ?? (near.length === 1 ? near[0] : undefined);
  });
}
