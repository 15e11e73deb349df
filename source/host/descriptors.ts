/** Descriptors of /proc/PID/stat that stay open from look to look: reading through one costs a
 * third of opening it anew, and one whose process has died fails for ever, reused pid or not. */
import { closeSync, openSync, readSync } from 'node:fs';

export type Descriptors = {
  /** Reads a process's file from its start.
   * @returns bytes read, or −1 where the process is gone. */
  read(pid: number, path: string, into: Buffer): number;
  /** Closes those of processes that were not read since the last call. */
  closeUnread(): void;
};

/** Leaves most of the usual 4,096 to everybody else in this process. */
const mostKept = 2048;

export function createDescriptors(): Descriptors {
  let kept = new Map<number, number>();
  let read = new Map<number, number>();
  // A command looks once: keeping a thousand descriptors would cost it more than it reads.
  let isFirstLook = true;
  return {
    read(pid, path, into) {
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
      const descriptor = tryOpen(path);
      if (descriptor === undefined) return -1;
      const length = tryRead(descriptor, into);
      if (length > 0 && !isFirstLook && read.size < mostKept) read.set(pid, descriptor);
      else closeSync(descriptor);
      return length;
    },
    closeUnread() {
      for (const [pid, descriptor] of kept) if (!read.has(pid)) closeSync(descriptor);
      kept = read;
      read = new Map();
      isFirstLook = false;
    },
  };
}

function tryOpen(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

function tryRead(descriptor: number, into: Buffer): number {
  try {
    return readSync(descriptor, into, 0, into.length, 0);
  } catch {
    return -1;
  }
}
