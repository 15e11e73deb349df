/** Why a database cannot be read or written, as one clause. */
import { type BigIntStats, lstatSync } from 'node:fs';
import { basename } from 'node:path';
import { tooLarge } from '../content.ts';
import { faultOf, reasonOf } from '../safe-file.ts';
import { SqliteError } from './sqlite.ts';

export const notInstalled =
  'cannot be read: install libsqlite3 (Debian: libsqlite3-0) or Node 22.13';

/** Findings of the orchestrator are in it too. */
const largestBytes = 256e6;

/** What SQLite keeps beside a database. */
const companions = ['-wal', '-shm', '-journal'] as const;

/** The state of the files of a database.
 * @property stamp changes with its content, as far as times and sizes show.
 * @property isAtRest no program has it open or was interrupted, as far as the files beside it show.
 * @property isEmpty it was created, and nothing was written yet.
 * @property modified of its last write, nanoseconds since the epoch. */
export type DatabaseFiles = {
  readonly stamp: string;
  readonly isAtRest: boolean;
  readonly isEmpty: boolean;
  readonly modified: bigint;
};

/** SQLite follows links and blocks on a FIFO, so all its files are checked before.
 * @param use another user's files are only read.
 * @returns their state, or why SQLite must not open them. */
export function checkFiles(
  path: string,
  use: 'read' | 'write' = 'read',
):
  | { readonly ok: true; readonly value: DatabaseFiles }
  | { readonly ok: false; readonly reason: string } {
  const sizes = new Map<string, bigint>();
  let stamp = '';
  let modified = 0n;
  let isForeign = false;
  try {
    for (const end of ['', ...companions]) {
      const info = lstatSync(path + end, { bigint: true, throwIfNoEntry: end === '' });
      if (info === undefined) continue;
      const own = use === 'write' || isOddFile(info) ? faultOf(info) : undefined;
      const fault =
        own ?? (info.size > largestBytes ? tooLarge(info.size, largestBytes) : undefined);
      isForeign ||= faultOf(info) !== undefined;
      if (fault !== undefined)
        return { ok: false, reason: end === '' ? fault : `${basename(path + end)}: ${fault}` };
      sizes.set(end, info.size);
      // Readers change -shm too.
      if (end === '-shm') continue;
      stamp += `${info.dev} ${info.ino} ${info.size} ${info.mtimeNs} ${info.ctimeNs} `;
      if (info.mtimeNs > modified) modified = info.mtimeNs;
    }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
  const isAtRest = (sizes.get('-wal') ?? 0n) === 0n && !sizes.has('-journal');
  if (isForeign && !isAtRest && !sizes.has('-shm'))
    return { ok: false, reason: 'its -shm file is missing, which only its owner may create' };
  return {
    ok: true,
    value: { stamp, modified, isAtRest, isEmpty: isAtRest && sizes.get('') === 0n },
  };
}

/** With a second link the WAL may be beside the other one. */
function isOddFile(info: BigIntStats): boolean {
  return !info.isFile() || info.nlink > 1n;
}

/** Another program holds a lock that will be free again. */
export function isBusy(error: unknown): boolean {
  return error instanceof SqliteError && ((error.code & 0xff) === 5 || (error.code & 0xff) === 6);
}

/** The values of one row do not satisfy a constraint, or are of another type than its column. */
export function isOfOneRow(error: unknown): boolean {
  return error instanceof SqliteError && ((error.code & 0xff) === 19 || (error.code & 0xff) === 20);
}

/** @returns the error as one clause. */
export function databaseFault(error: unknown): string {
  if (!(error instanceof SqliteError)) return reasonOf(error);
  const { code, message } = error;
  return clauses.get(code) ?? clauses.get(code & 0xff) ?? `SQLite: ${message}`;
}

/** By SQLite's result codes. */
const clauses: ReadonlyMap<number, string> = new Map([
  [3, 'permission denied'],
  [5, 'locked by another program'],
  [6, 'locked by another program'],
  [8, 'read-only'],
  [776, 'an interrupted write must be rolled back by a program that may write it'],
  [10, 'disk error'],
  [11, 'damaged (sqlite3 FILE "PRAGMA integrity_check" shows where)'],
  [13, 'no space left on its file system'],
  [14, 'cannot be opened, or no file can be created beside it'],
  [18, 'it has a value of more than 64 MB'],
  [26, 'not an SQLite database, or encrypted'],
]);
