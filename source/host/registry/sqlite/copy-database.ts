/** A copy of a database by SQLite itself: whole, of one moment, and without files beside it. */
import { chmodSync, closeSync, constants, fsyncSync, openSync, rmSync } from 'node:fs';
import type { Reading } from '../../../core/model/model.ts';
import { withDatabase } from './read-database.ts';

/** Writes a copy to a path where nothing is.
 * @param waitMs how long another program's lock is waited for. */
export async function copyDatabase(
  path: string,
  target: string,
  waitMs: number,
): Promise<Reading<true>> {
  return withDatabase(path, waitMs, connection => {
    // Of an earlier try.
    rmSync(target, { force: true });
    connection.run('PRAGMA query_only = OFF');
    connection.run('VACUUM INTO ?', [target]);
    // SQLite syncs no copy.
    const descriptor = openSync(target, constants.O_RDONLY | constants.O_NOFOLLOW);
    fsyncSync(descriptor);
    closeSync(descriptor);
    chmodSync(target, 0o600);
    return { ok: true, value: true };
  });
}
