/** The processes of a row as a tree. */
import { groupBy } from '../model/group-by.ts';
import type { RowProcess } from '../model/model.ts';

export type PlacedMember = { readonly process: RowProcess; readonly level: number };

/** Children under their parents, by pid; a process whose parent is not in the row is a root. Each process
 * occurs once, even if parents form a cycle. */
export function memberTree(processes: readonly RowProcess[]): readonly PlacedMember[] {
  const present = new Set(processes.map(({ pid }) => pid));
  const byPid = [...processes].sort((a, b) => a.pid - b.pid);
  const children = groupBy(byPid, ({ pid, ppid }) =>
    present.has(ppid) && ppid !== pid ? ppid : 0,
  );
  const placed: PlacedMember[] = [];
  const seen = new Set<number>();
  // Pids reused between two reads may form a cycle: its members come last.
  const waiting = [...processes, ...(children.get(0) ?? []).toReversed()].map(top);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { process, level } = next;
    if (seen.has(process.pid)) continue;
    seen.add(process.pid);
    placed.push(next);
    for (const child of (children.get(process.pid) ?? []).toReversed())
      waiting.push({ process: child, level: level + 1 });
  }
  return placed;
}

function top(process: RowProcess): PlacedMember {
  return { process, level: 0 };
}
