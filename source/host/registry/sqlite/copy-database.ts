/** A copy of a database by SQLite itself: whole, of one moment, and without files beside it. */
import { closeSync, constants, fsyncSync, openSync } from 'node:fs';
import type { Reading } from '../../../core/model/model.ts';
import { unlinkIfThere } from '../durable-file.ts';
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
    unlinkIfThere(target);
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
    // SQLite fills an empty file, and keeps its mode.
    closeSync(openSync(target, O_WRONLY | O_CREAT | O_EXCL, 0o600));
    connection.run('PRAGMA query_only = OFF');
    connection.run('VACUUM INTO ?', [target]);
    // SQLite syncs no copy.
    const descriptor = openSync(target, O_RDONLY | O_NOFOLLOW);
    fsyncSync(descriptor);
    closeSync(descriptor);
    return { ok: true, value: true };
  });
}
