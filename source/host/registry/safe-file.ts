/** Opens files that a registry or a directory listing names: only regular files of our own,
 * without following links and without blocking. */
import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';

export type OpenFile = { readonly descriptor: number; readonly info: BigIntStats };

export type Opened =
  | { readonly ok: true; readonly value: OpenFile }
  | { readonly ok: false; readonly reason: string; readonly isMissing: boolean };

/** Opens a file with these flags. Never blocks, not even on a FIFO. */
export function openOwnFile(path: string, flags: number): Opened {
  try {
    // Checked before the open, which may have side effects on a FIFO or a device.
    const fault = faultOf(lstatSync(path, { bigint: true }));
    if (fault !== undefined) return { ok: false, reason: fault, isMissing: false };
    const descriptor = openSync(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK);
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
    return { ok: false, reason: reasonOf(error), isMissing: isMissing(error) };
  }
}

/** Whether the file itself is missing, rather than its directory being invalid. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
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
  EROFS: 'its file system is read-only',
  ENOSPC: 'no space left on its file system',
  EDQUOT: 'disk quota exceeded',
  EIO: 'disk error (EIO)',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
};
