/** Descriptors of /proc/PID/stat that stay open between polls: a read costs a third of a fresh
 * open, and after the process has died it always fails, even if the pid is reused. */
import { closeSync, openSync, readSync } from 'node:fs';
import { descriptorBudget, isResourceLimit } from './resource-limits.ts';

/** For each the kernel keeps a buffer of a page. */
const mostDescriptors = 16_384;

/** @property poll the last one that has read it. */
type Kept = { readonly descriptor: number; poll: number };

/** @param root the mount point of procfs. */
export function createDescriptors(root: string) {
  const kept = new Map<number, Kept>();
  /** Number of the poll. */
  let poll = 1;
  // A command polls once: keeping a thousand descriptors would cost more than the reads.
  let isFirstLook = true;
  let mayKeep = true;
  let mostKept: number | undefined;
  /** Descriptors are needed elsewhere; keep none from now on. */
  const shed = () => {
    for (const { descriptor } of kept.values()) closeSync(descriptor);
    kept.clear();
    mayKeep = false;
  };
  const open = (path: string) => {
    try {
      return tryOpen(path);
    } catch (error) {
      if (kept.size === 0) throw error;
      shed();
      return tryOpen(path);
    }
  };
  return {
    /** Reads a process's stat file from its start.
     * @returns bytes read, or −1 if the process is gone.
     * @throws if no descriptor is available, which says nothing about the process. */
    read(pid: number, into: Buffer): number {
      const known = kept.get(pid);
      if (known !== undefined) {
        const length = tryRead(known.descriptor, into);
        if (length > 0) {
          known.poll = poll;
          return length;
        }
        kept.delete(pid);
        closeSync(known.descriptor);
      }
      const descriptor = open(`${root}/${pid}/stat`);
      if (descriptor === undefined) return -1;
      const length = tryRead(descriptor, into);
      mostKept ??= isFirstLook ? undefined : descriptorBudget(1 / 2, mostDescriptors);
      if (isFirstLook || !mayKeep || length <= 0 || kept.size >= (mostKept ?? 0))
        closeSync(descriptor);
      else kept.set(pid, { descriptor, poll });
      return length;
    },
    /** Closes the descriptors of processes that were not read since the last call. */
    closeUnread() {
      for (const [pid, each] of kept)
        if (each.poll !== poll) {
          closeSync(each.descriptor);
          kept.delete(pid);
        }
      poll++;
      isFirstLook = false;
    },
  };
}

/** @returns nothing if the file cannot be opened.
 * @throws if no descriptor is available, which says nothing about the file. */
export function tryOpen(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isResourceLimit(error)) throw error;
    return undefined;
  }
}

/** @returns bytes read from the start, or −1. */
export function tryRead(descriptor: number, into: Buffer): number {
  try {
    return readSync(descriptor, into, 0, into.length, 0);
  } catch (error) {
    if (isResourceLimit(error)) throw error;
    return -1;
  }
}
