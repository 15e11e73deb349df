/** Keeps broken registries and outdated journals in the workspace's `registry/quarantine/` before
 * they are replaced. */
import { renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeOwnDirectory, writeDurably } from './durable-file.ts';
import { journalOf } from './journal.ts';

/** Keeps a copy of a file's content. @returns its path. */
export function quarantine(path: string, content: Uint8Array): string {
  const copy = pathFor(path);
  writeDurably(copy, content);
  return copy;
}

/** Another writer has changed the file since: its content stays, and the journal is archived for
 * inspection. */
export function archiveJournal(path: string): void {
  renameSync(journalOf(path), `${pathFor(path)}.journal`);
}

/** Registries are one directory below their workspace. */
function pathFor(path: string): string {
  const owner = basename(dirname(path));
  const directory = join(dirname(dirname(path)), 'registry', 'quarantine');
  makeOwnDirectory(directory);
  const stamp = new Date().toISOString().replaceAll(':', '-');
  return join(directory, `${stamp}-${owner}-${basename(path)}`);
}
