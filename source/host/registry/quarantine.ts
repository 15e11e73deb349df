/** Where a broken registry and a journal that no longer fits are kept, before anything replaces them:
 * `registry/quarantine/` of the workspace. */
import { renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeOwnDirectory, writeDurably } from './durable-file.ts';
import { journalOf } from './journal.ts';

/** Keeps a copy of a file's content. @returns where. */
export function quarantine(path: string, content: Uint8Array): string {
  const place = placeFor(path);
  writeDurably(place, content);
  return place;
}

/** Another writer has written since: its text stays, ours is kept for a person to look at. */
export function archiveJournal(path: string): void {
  renameSync(journalOf(path), `${placeFor(path)}.journal`);
}

function quarantineOf(workspace: string): string {
  return join(workspace, 'registry', 'quarantine');
}

/** Registries lie one directory below their workspace. */
function placeFor(path: string): string {
  const owner = basename(dirname(path));
  const directory = quarantineOf(dirname(dirname(path)));
  makeOwnDirectory(directory);
  const stamp = new Date().toISOString().replaceAll(':', '-');
  return join(directory, `${stamp}-${owner}-${basename(path)}`);
}
