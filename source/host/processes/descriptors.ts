/** Descriptors of /proc/PID/stat that stay open between polls: a read costs a third of a fresh
 * open, and after the process has died it always fails, even if the pid is reused. */
import { closeSync, openSync, readSync } from 'node:fs';
import { descriptorBudget, isResourceLimit } from './resource-limits.ts';

export function createDescriptors() {
  let kept = new Map<number, number>();
  let read = new Map<number, number>();
  // A command polls once: keeping a thousand descriptors would cost more than the reads.
  let isFirstLook = true;
  let mayKeep = true;
  let mostKept: number | undefined;
  /** Descriptors are needed elsewhere; keep none from now on. */
  const shed = () => {
    for (const descriptor of new Set([...kept.values(), ...read.values()])) closeSync(descriptor);
    kept.clear();
    read.clear();
    mayKeep = false;
  };
  const open = (path: string) => {
    try {
      return tryOpen(path);
    } catch (error) {
      if (kept.size + read.size === 0) throw error;
      shed();
      return tryOpen(path);
    }
  };
  return {
    /** Reads a process's stat file from its start.
     * @returns bytes read, or −1 if the process is gone.
     * @throws if no descriptor is available, which says nothing about the process. */
    read(pid: number, path: string, into: Buffer): number {
      const known = kept.get(pid);
      if (known !== undefined) {
        const length = tryRead(known, into);
        if (length > 0) {
          read.set(pid, known);
          return length;
        }
        kept.delete(pid);
        closeSync(known);
      }
      const descriptor = open(path);
      if (descriptor === undefined) return -1;
      const length = tryRead(descriptor, into);
      if (isFirstLook || !mayKeep || length <= 0) closeSync(descriptor);
      else {
        mostKept ??= descriptorBudget(1 / 2, 2048);
        if (read.size < mostKept) read.set(pid, descriptor);
        else closeSync(descriptor);
      }
      return length;
    },
    /** Closes the descriptors of processes that were not read since the last call. */
    closeUnread() {
      for (const [pid, descriptor] of kept) if (!read.has(pid)) closeSync(descriptor);
      kept = read;
      read = new Map();
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
