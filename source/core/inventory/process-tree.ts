/** The parent relation of one poll. */
import { groupBy } from '../model/group-by.ts';
import type { Process } from '../model/model.ts';

export type ProcessTree = {
  readonly byPid: ReadonlyMap<number, Process>;
  childrenOf(pid: number): readonly Process[];
  /** Its living parent, if visible. */
  parentOf(process: Process): Process | undefined;
  /** Whether the process with this pid is an ancestor. */
  isBelow(process: Process, pid: number): boolean;
  /** Parents from the nearest up; stops at a cycle and at a parent younger than its child. */
  ancestorsOf(process: Process): Process[];
  /** The process and all descendants that `enter` accepts, parents before children. */
  subtreeOf(root: Process, enter?: (process: Process) => boolean): Process[];
};

const none: readonly Process[] = [];

export function createProcessTree(processes: readonly Process[]): ProcessTree {
  const byPid = new Map<number, Process>();
  for (const process of processes) byPid.set(process.pid, process);
  const children = groupBy(processes, process => process.ppid);
  const childrenOf = (pid: number) => children.get(pid) ?? none;
  return {
    byPid,
    childrenOf,
    parentOf(process) {
      const parent = byPid.get(process.ppid);
      return parent !== undefined && canBeParent(parent, process) ? parent : undefined;
    },
    isBelow(process, pid) {
      let current = process;
      for (let steps = byPid.size; steps > 0; steps--) {
        const parent = byPid.get(current.ppid);
        if (parent === undefined || !canBeParent(parent, current)) return false;
        if (parent.pid === pid) return true;
        current = parent;
      }
      return false;
    },
    ancestorsOf(process) {
      const ancestors: Process[] = [];
      const seen = new Set([process.pid]);
      let current = process;
      for (;;) {
        const parent = byPid.get(current.ppid);
        if (parent === undefined || !canBeParent(parent, current)) return ancestors;
        if (seen.has(parent.pid)) return ancestors;
        seen.add(parent.pid);
        ancestors.push(parent);
        current = parent;
      }
    },
    subtreeOf(root, enter = () => true) {
      const found = [root];
      const seen = new Set([root.pid]);
      for (let index = 0; index < found.length; index++) {
        const parent = found[index] as Process;
        for (const child of childrenOf(parent.pid)) {
          if (seen.has(child.pid) || !canBeParent(parent, child) || !enter(child)) continue;
          seen.add(child.pid);
          found.push(child);
        }
      }
      return found;
    },
  };
}

/** A child is never older than its parent: an older one belonged to a former owner of the pid. */
function canBeParent(parent: Process, child: Process): boolean {
  return child.startedAt >= parent.startedAt;
}

/** Dead but not reaped. A `Z` leader whose other threads still run is alive. */
export function isZombie(process: Process): boolean {
  return (process.state === 'Z' || process.state === 'X') && process.threads <= 1;
}
