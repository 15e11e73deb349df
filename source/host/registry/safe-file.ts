/** Opens files that a registry or a directory listing names: only regular files of our own,
 * without following links and without blocking. */
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
} from 'node:fs';
import { codeOf } from '../run/try-to.ts';

export type OpenFile = { readonly descriptor: number; readonly info: BigIntStats };

/** @property isMissing the file itself is missing, rather than its directory being invalid. */
type Opened<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string; readonly isMissing: boolean };

/** Opens a file with these flags. Never blocks, not even on a FIFO. */
export function openOwnFile(path: string, flags: number): Opened<OpenFile> {
  try {
    // Checked before the open, which may have side effects on a FIFO or a device.
    const fault = faultOf(lstatSync(path, { bigint: true }));
    if (fault !== undefined) return { ok: false, reason: fault, isMissing: false };
    const descriptor = openAtOnce(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const info = fstatSync(descriptor, { bigint: true });
      const changed = faultOf(info);
      if (changed === undefined) return { ok: true, value: { descriptor, info } };
      closeSync(descriptor);
      return { ok: false, reason: changed, isMissing: false };
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  } catch (error) {
    return { ok: false, reason: reasonOf(error), isMissing: codeOf(error) === 'ENOENT' };
  }
}

/** How long a lease on the file is waited for: vigil holds one while it writes. */
const leaseMs = 100;
const betweenTriesMs = 2;
const never = new Int32Array(new SharedArrayBuffer(4));

/** With O_NONBLOCK, a file under a lease is not opened (EAGAIN). */
function openAtOnce(path: string, flags: number): number {
  for (const until = performance.now() + leaseMs; ; Atomics.wait(never, 0, 0, betweenTriesMs))
    try {
      return openSync(path, flags);
    } catch (error) {
      if (!isLeased(error) || performance.now() > until) throw error;
    }
}

/** Whether a file could not be opened because of a lease. */
export function isLeased(error: unknown): boolean {
  return codeOf(error) === 'EAGAIN';
}

/** Reads a file of at most this size.
 * @throws if the read fails, which says nothing about the content. */
export function readOwnFile(
  path: string,
  largestBytes = Number.POSITIVE_INFINITY,
  tooLarge = 'too large',
): Opened<Buffer> {
  const file = openOwnFile(path, constants.O_RDONLY);
  if (!file.ok) return file;
  const { descriptor, info } = file.value;
  try {
    if (info.size > largestBytes) return { ok: false, reason: tooLarge, isMissing: false };
    return { ok: true, value: readFileSync(descriptor) };
  } finally {
    closeSync(descriptor);
  }
}

/** @returns why vigil neither trusts nor writes the file. */
export function faultOf(info: BigIntStats): string | undefined {
  if (info.isSymbolicLink()) return 'symbolic link (not followed)';
  if (!info.isFile()) return 'not a regular file';
  if (info.nlink > 1n) return `${info.nlink} hard links: writing it would change another file`;
  const uid = process.geteuid?.() ?? -1;
  if (Number(info.uid) !== uid)
    return `owned by uid ${info.uid}, but vigil runs as uid ${uid}; run vigil as the owner`;
  return undefined;
}

/** @returns the system's error as one clause. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : reasons[code]) ?? message;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'its directory is a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'symbolic link (not followed)',
  ENXIO: 'not a regular file',
  EAGAIN: 'another program keeps it from being opened (a lease)',
  EROFS: 'its file system is read-only',
  ENOSPC: 'no space left on its file system',
  EDQUOT: 'disk quota exceeded',
  EIO: 'disk error (EIO)',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
};
