/** Registries that other programs write without a lock, or replace. They may have read the file before vigil's write
 * and write it after, which undoes the write: what was written is looked at again. */
import type { BigIntStats } from 'node:fs';

/** Files known to be written like that. */
const known = new Set<string>();
/** The inode that a path had when it was read last. */
const inodes = new Map<string, bigint>();
/** vigil's own last writes: modification times in nanoseconds. */
const own = new Map<string, bigint>();
/** Somebody who wrote this recently may be about to write again. */
const recentMs = 5000;

/** Notes a read: a path that leads to another file than before was replaced. */
export function noteRead(path: string, inode: bigint): void {
  const before = inodes.get(path);
  if (before !== undefined && before !== inode) known.add(path);
  inodes.set(path, inode);
}

export function noteCareless(path: string): void {
  known.add(path);
}

export function noteOwnWrite(path: string, modified: bigint): void {
  own.set(path, modified);
}

/** @param info of the file before the write.
 * @param hasQueued other vigils, which do lock, were writing it a moment ago. */
export function mayBeUndone(path: string, info: BigIntStats, hasQueued: boolean): boolean {
  if (known.has(path)) return true;
  const isRecent = Date.now() - Number(info.mtimeMs) < recentMs;
  return isRecent && !hasQueued && own.get(path) !== info.mtimeNs;
}
