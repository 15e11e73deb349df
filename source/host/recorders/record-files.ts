/** Reads the small files of a vendor: regular ones of the expected owner, each only when it has changed. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
} from 'node:fs';
import type { Reading } from '../../core/model/model.ts';

/** Larger files are no records. */
const largestBytes = 1024 * 1024;
/** More files than a user's agents could have. */
const mostFiles = 2000;
/** A file changed this shortly before the read may have been caught half-written. */
const racyMs = 2000;

export type RecordFiles = {
  /** @returns names in a directory that match; none if it does not exist. */
  list(directory: string, pattern: RegExp): Reading<readonly string[]>;
  /** @param parse receives the text; must throw on broken content.
   * @returns undefined if there is no such file. */
  read<T>(path: string, uid: number, parse: (content: string) => T): Reading<T | undefined>;
  /** Reads the beginning of a file that may be large, never cached.
   * @param parse receives its first line. */
  readFirstLine<T>(path: string, uid: number, parse: (line: string) => T): Reading<T | undefined>;
  /** Forgets files that were not read since the last call. */
  forgetUnused(): void;
};

type Kept = { readonly stamp: string; readonly reading: Reading<unknown>; isUsed: boolean };

export function createRecordFiles(): RecordFiles {
  const kept = new Map<string, Kept>();
  return {
    list(directory, pattern) {
      try {
        const names = readdirSync(directory).filter(name => pattern.test(name));
        return names.length > mostFiles
          ? { ok: false, reason: `${names.length} files: too many to read` }
          : { ok: true, value: names.sort() };
      } catch (error) {
        return isMissing(error) ? { ok: true, value: [] } : { ok: false, reason: messageOf(error) };
      }
    },
    read<T>(path: string, uid: number, parse: (content: string) => T) {
      let info: Stats;
      try {
        info = lstatSync(path);
      } catch (error) {
        return isMissing(error) ? none : { ok: false as const, reason: messageOf(error) };
      }
      const stamp = `${info.ino} ${info.size} ${info.mtimeMs} ${info.ctimeMs} ${info.uid}`;
      const before = kept.get(path);
      if (before?.stamp === stamp) {
        before.isUsed = true;
        return before.reading as Reading<T>;
      }
      const isFresh = Date.now() - info.mtimeMs < racyMs;
      const reading = readFile(path, uid, largestBytes, parse);
      if (!reading.ok && isFresh && before?.reading.ok) {
        before.isUsed = true;
        return before.reading as Reading<T>;
      }
      kept.set(path, { stamp: isFresh ? '' : stamp, reading, isUsed: true });
      return reading;
    },
    readFirstLine: (path, uid, parse) =>
      readFile(path, uid, Number.POSITIVE_INFINITY, text => parse(text.split('\n', 1)[0] ?? '')),
    forgetUnused() {
      for (const [path, each] of kept) {
        if (!each.isUsed) kept.delete(path);
        each.isUsed = false;
      }
    },
  };
}

const none = { ok: true as const, value: undefined };

function readFile<T>(
  path: string,
  uid: number,
  most: number,
  parse: (content: string) => T,
): Reading<T | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const info = fstatSync(descriptor);
    if (!info.isFile()) return { ok: false, reason: 'not a regular file' };
    if (info.uid !== uid) return { ok: false, reason: `belongs to uid ${info.uid}` };
    if (info.size > most) return { ok: false, reason: `larger than ${most / 1024 / 1024} MB` };
    const buffer = Buffer.alloc(Math.min(info.size, largestBytes));
    const length = readSync(descriptor, buffer, 0, buffer.length, 0);
    return { ok: true, value: parse(buffer.toString('utf8', 0, length)) };
  } catch (error) {
    return isMissing(error) ? none : { ok: false, reason: messageOf(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function messageOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ELOOP') return 'is a symbolic link';
  return error instanceof SyntaxError ? 'is not valid JSON' : (error as Error).message;
}
