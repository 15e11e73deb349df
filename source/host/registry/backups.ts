/** Copies of all registries of a workspace, in `registry/backups/<time>-<reason>/`, laid out as
 * in the workspace. A set is written under a temporary name and renamed when it is complete and
 * readable. */
import { closeSync, constants, existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Reading, RegistryScope } from '../../core/model/model.ts';
import type {
  Backup,
  BackupFile,
  RegistryFile,
  UpdateResult,
} from '../../core/ports/registry-store.ts';
import { keptBackups } from '../../core/registry/backup-names.ts';
import { type RegistryDocument, readDocument } from '../../core/registry/document.ts';
import { flock } from '../lock/flock.ts';
import { holdersOf } from '../lock/lock-holders.ts';
import { decodeUtf8 } from './content.ts';
import { makeOwnDirectory, syncDirectory, writeDurably } from './durable-file.ts';
import { openOwnFile, readOwnFile, reasonOf } from './safe-file.ts';
import { copyDatabase } from './sqlite/copy-database.ts';
import { databasePath } from './sqlite/database-path.ts';
import { readDatabaseDocument } from './sqlite/read-database.ts';

/** An unfinished backup of a killed vigil counts as abandoned after this time. */
const abandonedMs = 10 * 60_000;
const unfinished = '.making-';

export async function backUp(
  workspace: string,
  files: readonly RegistryFile[],
  reason: string,
  waitMs: number,
): Promise<Reading<Backup>> {
  const directory = directoryOf(workspace);
  const name = `${new Date().toISOString().replaceAll(':', '-')}-${reason}`;
  const making = join(directory, `${unfinished}${name}-${process.pid}`);
  try {
    makeOwnDirectory(directory);
    await removeAbandoned(directory);
    await mkdir(making, { mode: 0o700 });
    for (const file of files) {
      const target = join(making, relative(workspace, file.path));
      makeOwnDirectory(dirname(target));
      const made = await copyTo(target, file, waitMs);
      if (!made.ok) throw new Error(`${file.path}: ${made.reason}`);
      const copy = await readCopy(target, file.scope);
      if (!copy.ok) throw new Error(`${file.path}: cannot read the copy back: ${copy.reason}`);
    }
    await rename(making, join(directory, name));
    syncDirectory(directory);
  } catch (error) {
    await rm(making, { recursive: true, force: true }).catch(() => undefined);
    return { ok: false, reason: `no backup could be made: ${reasonOf(error)}` };
  }
  await thinOut(directory).catch(() => undefined);
  const made = (await listBackups(workspace)).find(backup => backup.name === name);
  if (made === undefined) return { ok: false, reason: 'the new backup is missing' };
  return { ok: true, value: made };
}

export async function listBackups(workspace: string): Promise<readonly Backup[]> {
  const directory = directoryOf(workspace);
  const names = await finishedIn(directory).catch(() => []);
  const newestFirst = names.sort().reverse();
  return Promise.all(newestFirst.map(name => readBackup(workspace, join(directory, name))));
}

/** @param replace writes the text over the registry, under its locks. */
export async function restoreBackup(
  file: BackupFile,
  replace: (text: string) => Promise<UpdateResult>,
): Promise<UpdateResult> {
  const refused = (reason: string) =>
    ({ kind: 'refused', path: file.original, reason, written: [] }) as const;
  const copy = await readCopy(file.path, file.scope);
  if (!copy.ok) return refused(`the backup cannot be used: ${copy.reason}`);
  try {
    // Only an existing file can be locked, so an empty one is created first.
    if (!existsSync(file.original)) {
      makeOwnDirectory(dirname(file.original));
      writeDurably(file.original, Buffer.from('{}'));
    }
  } catch (error) {
    return refused(reasonOf(error));
  }
  return replace(copy.value.text);
}

/** A plain read; the authoritative comparison is repeated under the lock. */
export function isRestored({ original, path }: BackupFile): boolean {
  const [now, then] = [readOwnFile(original), readOwnFile(path)];
  return now.ok && then.ok && now.value.equals(then.value);
}

function directoryOf(workspace: string): string {
  return join(workspace, 'registry', 'backups');
}

async function readBackup(workspace: string, path: string): Promise<Backup> {
  const names = await readdir(path, { recursive: true }).catch(() => []);
  const files = names
    .filter(name => name.endsWith('.json') || name === databasePath)
    .sort()
    .map(async (name): Promise<BackupFile> => {
      const jsonScope = name.startsWith('TASK-') ? 'task' : 'global';
      const scope: RegistryScope = name === databasePath ? 'database' : jsonScope;
      const copy = await readCopy(join(path, name), scope);
      const entries = copy.ok
        ? ({ ok: true, value: copy.value.content.entries.length } as const)
        : copy;
      const statuses = new Map(
        (copy.ok ? copy.value.content.entries : []).map(({ id, status = '' }) => [id, status]),
      );
      return { original: join(workspace, name), scope, path: join(path, name), entries, statuses };
    });
  return { name: basename(path), path, files: await Promise.all(files) };
}

async function copyTo(target: string, { path, scope }: RegistryFile, waitMs: number) {
  if (scope === 'database') return copyDatabase(path, target, waitMs);
  const bytes = await consistentCopy(path, waitMs);
  if (bytes.ok) writeDurably(target, bytes.value);
  return bytes;
}

/** @returns a registry's content between two writes of other processes. */
async function consistentCopy(path: string, waitMs: number): Promise<Reading<Buffer>> {
  const file = openOwnFile(path, constants.O_RDONLY);
  if (!file.ok) return file;
  const { descriptor } = file.value;
  try {
    const result = await flock(descriptor, 'shared', waitMs);
    if (result === 'failed') return { ok: false, reason: 'flock(1) failed' };
    if (result !== 'locked')
      return { ok: false, reason: `lock busy: held by ${await holdersOf(path, false)}` };
    return { ok: true, value: readFileSync(descriptor) };
  } finally {
    closeSync(descriptor);
  }
}

/** @returns a copy that is complete and a valid registry. */
async function readCopy(path: string, scope: RegistryScope): Promise<Reading<RegistryDocument>> {
  if (scope === 'database') return readDatabaseDocument(path);
  const file = readOwnFile(path);
  return file.ok ? documentOf(file.value, path, scope) : file;
}

/** @returns the document, or why these bytes are not a registry. */
export function documentOf(
  bytes: Buffer,
  path: string,
  scope: RegistryScope,
): Reading<RegistryDocument> {
  const text = decodeUtf8(bytes);
  return text.ok ? readDocument(path, scope, text.value) : text;
}

async function finishedIn(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter(name => !name.startsWith('.'));
}

async function thinOut(directory: string): Promise<void> {
  const names = await finishedIn(directory);
  const kept = new Set(keptBackups(names));
  for (const name of names)
    if (!kept.has(name)) await rm(join(directory, name), { recursive: true, force: true });
}

async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(unfinished)) continue;
    const info = await stat(join(directory, name)).catch(() => undefined);
    if (info !== undefined && Date.now() - info.mtimeMs > abandonedMs)
      await rm(join(directory, name), { recursive: true, force: true });
  }
}
