/** Copies of all registries of a workspace, in `registry/backups/<time>-<reason>/`, laid out as
 * in the workspace. A set is written under a temporary name and renamed when it is complete and
 * readable. */
import { closeSync, constants, existsSync, fstatSync, readFileSync } from 'node:fs';
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
import { decodeUtf8, largestRegistryBytes, tooLarge } from './content.ts';
import { makeOwnDirectory, syncDirectory, writeDurably } from './durable-file.ts';
import { openOwnFile, readOwnFile, reasonOf } from './safe-file.ts';
import { copyDatabase } from './sqlite/copy-database.ts';
import { databasePath } from './sqlite/database-path.ts';
import { readDatabaseDocument } from './sqlite/read-database.ts';

/** An unfinished backup of a killed vigil counts as abandoned after this time. */
const abandonedMs = 10 * 60_000;
const unfinished = '.making-';

/** What a registry had when it was copied, by its path. */
export type Copies = Map<string, Copy>;
type Copy = { readonly bytes: Buffer; readonly document: RegistryDocument };

/** @param copies gets what was copied from JSON files: a change that follows need not parse the same text again. */
export async function backUp(
  workspace: string,
  files: readonly RegistryFile[],
  reason: string,
  waitMs: number,
  copies?: Copies,
): Promise<Reading<Backup>> {
  const made: BackupFile[] = [];
  const directory = directoryOf(workspace);
  const name = `${new Date().toISOString().replaceAll(':', '-')}-${reason}`;
  const making = join(directory, `${unfinished}${name}-${process.pid}`);
  try {
    makeOwnDirectory(directory);
    await removeAbandoned(directory);
    await mkdir(making, { mode: 0o700 });
    for (const file of files) {
      const place = relative(workspace, file.path);
      const target = join(making, place);
      makeOwnDirectory(dirname(target));
      const { bytes, document } = await copyWhole(target, file, waitMs);
      const copy = { ok: true, value: document } as const;
      made.push(fileOf(file.path, join(directory, name, place), file.scope, copy));
      if (bytes !== undefined) copies?.set(file.path, { bytes, document });
    }
    await rename(making, join(directory, name));
    syncDirectory(directory);
  } catch (error) {
    await rm(making, { recursive: true, force: true }).catch(() => undefined);
    return { ok: false, reason: `no backup could be made: ${reasonOf(error)}` };
  }
  await thinOut(directory).catch(() => undefined);
  // Where the clock was set back, others are newer.
  if (!existsSync(join(directory, name))) return { ok: false, reason: 'the new backup is missing' };
  return { ok: true, value: { name, path: join(directory, name), files: made } };
}

/** @param isEnough asked after each: older ones are not read then. */
export async function listBackups(
  workspace: string,
  isEnough?: (found: readonly Backup[]) => boolean,
): Promise<readonly Backup[]> {
  const directory = directoryOf(workspace);
  const names = await finishedIn(directory).catch(() => []);
  const newestFirst = names.sort().reverse();
  const read = (name: string) => readBackup(workspace, join(directory, name));
  if (isEnough === undefined) return Promise.all(newestFirst.map(read));
  const found: Backup[] = [];
  for (const name of newestFirst) {
    found.push(await read(name));
    if (isEnough(found)) break;
  }
  return found;
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
      return fileOf(join(workspace, name), join(path, name), scope, copy);
    });
  return { name: basename(path), path, files: await Promise.all(files) };
}

/** @param path of its copy. */
function fileOf(
  original: string,
  path: string,
  scope: RegistryScope,
  copy: Reading<RegistryDocument>,
): BackupFile {
  const all = copy.ok ? copy.value.content.entries : [];
  const entries = copy.ok ? ({ ok: true, value: all.length } as const) : copy;
  const statuses = new Map(all.map(({ id, status = '' }) => [id, status]));
  return { original, scope, path, entries, statuses };
}

/** A program that writes without a lock truncates the file before it writes: for so long a copy that cannot be read is
 * made again. */
const tornMs = 200;
const betweenCopiesMs = 10;

/** @throws if the file cannot be copied, or its copy cannot be read. */
async function copyWhole(
  target: string,
  file: RegistryFile,
  waitMs: number,
): Promise<{ readonly bytes: Buffer | undefined; readonly document: RegistryDocument }> {
  const until = performance.now() + tornMs;
  for (;;) {
    const bytes = await copyTo(target, file, waitMs);
    if (!bytes.ok) throw new Error(`${file.path}: ${bytes.reason}`);
    const copy = await readCopy(target, file.scope, bytes.value);
    if (copy.ok) return { bytes: bytes.value, document: copy.value };
    if (file.scope === 'database' || performance.now() >= until)
      throw new Error(`${file.path}: cannot read the copy back: ${copy.reason}`);
    await new Promise(resolve => setTimeout(resolve, betweenCopiesMs));
  }
}

/** @returns the bytes; nothing for a database, whose file is no copy of the other. */
async function copyTo(
  target: string,
  { path, scope }: RegistryFile,
  waitMs: number,
): Promise<Reading<Buffer | undefined>> {
  if (scope === 'database') {
    const copied = await copyDatabase(path, target, waitMs);
    return copied.ok ? { ok: true, value: undefined } : copied;
  }
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
    const { size } = fstatSync(descriptor);
    if (size > largestRegistryBytes) return { ok: false, reason: tooLarge(size) };
    const result = await flock(descriptor, 'shared', waitMs);
    if (result === 'failed') return { ok: false, reason: 'flock(1) failed' };
    if (result !== 'locked')
      return { ok: false, reason: `lock busy: held by ${await holdersOf(path, false)}` };
    return { ok: true, value: readFileSync(descriptor) };
  } finally {
    closeSync(descriptor);
  }
}

/** @param written what was written there.
 * @returns a copy that is complete and a valid registry. */
async function readCopy(
  path: string,
  scope: RegistryScope,
  written?: Buffer,
): Promise<Reading<RegistryDocument>> {
  if (scope === 'database') return readDatabaseDocument(path);
  const file = readOwnFile(path);
  if (!file.ok) return file;
  if (written?.equals(file.value) === false)
    return { ok: false, reason: 'it reads otherwise than it was written' };
  return documentOf(file.value, path, scope);
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
