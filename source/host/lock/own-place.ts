/** Names of what vigil puts beside a registry. Something else may be there under that name (Python's `filelock` leaves
 * `X.json.lock` as a plain file): it stays, and vigil uses another name. */
import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { tryTo } from '../run/try-to.ts';

export type OwnPlace = {
  readonly path: string;
  /** What is in its usual place, if that is not vigil's. */
  readonly odd?: string;
};

/** The lock of the queue, as proper-lockfile names it: an empty directory. */
export function queuePlace(path: string): OwnPlace {
  const usual = `${path}.lock`;
  const info = lstatSync(usual, { throwIfNoEntry: false });
  if (info === undefined) return { path: usual };
  const isOurs = info.isDirectory() && (tryTo(() => readdirSync(usual))?.length ?? 0) === 0;
  return isOurs ? { path: usual } : { path: `${path}.vigil-lock`, odd: usual };
}

/** The journal of one write: a regular file. */
export function journalPlace(path: string): OwnPlace {
  const usual = join(dirname(path), `.${basename(path)}.vigil-journal`);
  const info = lstatSync(usual, { throwIfNoEntry: false });
  if (info === undefined || info.isFile()) return { path: usual };
  return { path: `${usual}-2`, odd: usual };
}
