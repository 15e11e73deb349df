/** Finds registry files, and re-reads those that have changed. */
import { basename, join } from 'node:path';
import type { Problem, RegistryReading, RegistryScope } from '../../core/model/model.ts';
import type { Registries, RegistriesReading } from '../../core/ports/registries.ts';
import { documentBefore } from '../../core/registry/tail.ts';
import { holderOf, readLocks } from '../lock/lock-holders.ts';
import { lstatBig, readdir, stat } from '../run/async-files.ts';
import { clock } from '../run/system-clock.ts';
import { hasCode } from '../run/try-to.ts';
import { within } from '../run/within.ts';
import { noteRead } from './careless.ts';
import { readContent, readRegistryText } from './content.ts';
import { databasePath } from './sqlite/database-path.ts';

/** A hung file system must not hang the poll. */
const readTimeoutMs = 2000;
/** A file changed this shortly before the read may change again within the clock's resolution, or
 * may have been caught half-written. */
const racyMs = 2000;

/** @property stamp empty if the file has to be read again. */
type Kept = { readonly stamp: string; readonly found: Found };
/** A reading, with the file's identity for the kernel's list of locks. */
type Found = { readonly reading: RegistryReading; readonly dev?: bigint; readonly ino?: bigint };

/** Absolute paths of `.agent-workspace` directories.
 * @property shown found and not ours: what is readable there is read, and nothing depends on the rest. */
export type Workspaces = Omit<RegistriesReading, 'registries'> & {
  readonly shown?: readonly string[];
};

/** @param workspaces absolute paths of `.agent-workspace` directories. */
export function createRegistriesReader(
  workspaces: readonly string[],
  problems: readonly Problem[],
): Registries['read'] {
  return createWorkspacesReader(() => ({ workspaces, problems }));
}

/** @param find called for every poll: workspaces may be added between two. */
export function createWorkspacesReader(find: () => Workspaces): Registries['read'] {
  const kept = new Map<string, Kept>();
  const absences = createAbsences();
  let last: readonly RegistryReading[] = [];
  const pending = new Map<string, Promise<Found | undefined>>();
  const readOne = (file: RegistryFile) => {
    // A hung read is not started a second time.
    const reading = pending.get(file.path) ?? readRegistry(file, kept);
    pending.set(file.path, reading);
    return within(
      reading.finally(() => pending.delete(file.path)),
      readTimeoutMs,
      () => failed(file, `no answer from the file system within ${readTimeoutMs / 1000} s`),
    );
  };
  return async () => {
    const { workspaces, problems, foreign, shown = [] } = find();
    const all = [...workspaces, ...shown];
    const locksRead = all.length > 0 ? readLocks() : '';
    const found = await Promise.all(
      all.map(workspace =>
        within(filesOf(workspace), readTimeoutMs, () => ({
          files: [],
          problems: [unread(workspace, 'no answer from the file system')],
        })),
      ),
    );
    const files = found.flatMap(each => each.files);
    const isOptional = (workspace: string) => shown.includes(workspace);
    const present = (await Promise.all(files.map(readOne))).filter(found => found !== undefined);
    const readings = [...present, ...absences(present.map(({ reading }) => reading))].filter(
      ({ reading }) => reading.reading.ok || !isOptional(reading.workspace),
    );
    const locks = await locksRead;
    const paths = new Set(files.map(({ path }) => path));
    for (const path of kept.keys()) if (!paths.has(path)) kept.delete(path);
    const registries = readings.map(({ reading, dev, ino }) => {
      const isRead = dev !== undefined && ino !== undefined;
      const lockedBy = isRead ? holderOf(locks, dev, ino) : undefined;
      return lockedBy === undefined ? reading : { ...reading, lockedBy };
    });
    // The same list lets a poll of unchanged files reuse what the last one made of it.
    const isUnchanged =
      registries.length === last.length && registries.every((each, at) => each === last[at]);
    last = isUnchanged ? last : registries;
    return {
      workspaces,
      foreign,
      registries: last,
      problems: [
        ...problems,
        ...found.flatMap((each, at) => (isOptional(all[at] ?? '') ? [] : each.problems)),
      ],
    };
  };
}

/** A writer that renames the file away puts it back in a moment: until then it is unread, not
 * gone. */
const awayMs = 2000;

/** @returns a function that gets a poll's readings, and adds the files that an earlier poll found
 * and this one does not. */
function createAbsences() {
  const known = new Map<string, { readonly file: RegistryFile; since?: number }>();
  return (readings: readonly RegistryReading[]): Found[] => {
    const now = clock.steadyNow();
    const seen = new Set(readings.map(({ path }) => path));
    for (const { path, workspace, scope, kind } of readings)
      known.set(path, { file: { path, workspace, scope, kind } });
    return [...known.values()].flatMap(away => {
      if (seen.has(away.file.path)) return [];
      away.since ??= now;
      if (now - away.since < awayMs) return [failed(away.file, 'removed while reading')];
      known.delete(away.file.path);
      return [];
    });
  };
}

type RegistryFile = Pick<RegistryReading, 'path' | 'workspace' | 'scope' | 'kind'>;

/** @returns every path of a workspace where a registry may be; reading shows whether it exists. */
async function filesOf(workspace: string) {
  const file = (
    path: string,
    scope: RegistryScope,
    kind: RegistryFile['kind'] = 'json',
  ): RegistryFile => ({ path: join(workspace, path), workspace, scope, kind });
  try {
    const names = await readdir(workspace);
    const tasks = names.filter(name => name.startsWith('TASK-')).sort();
    const files = [
      file('registry/GLOBAL_REGISTRY.json', 'global'),
      file(databasePath, 'database', 'sqlite'),
      ...tasks.map(name => file(`${name}/AGENT_REGISTRY.json`, 'task')),
    ];
    return { files, problems: [] };
  } catch (error) {
    return { files: [], problems: [unread(workspace, (error as Error).message)] };
  }
}

/** @returns nothing if the file does not exist. */
async function readRegistry(
  file: RegistryFile,
  kept: Map<string, Kept>,
): Promise<Found | undefined> {
  try {
    const info = await lstatBig(file.path);
    if (file.kind === 'sqlite') return await readSqlite(file, Number(info.uid), kept);
    noteRead(file.path, info.ino);
    const stamp = `${info.dev} ${info.ino} ${info.size} ${info.mtimeNs} ${info.ctimeNs}`;
    const before = kept.get(file.path);
    if (before?.stamp === stamp) return before.found;
    const modifiedAt = Number(info.mtimeMs);
    const reading = before?.found.reading.reading;
    const known = reading?.ok ? reading.value : undefined;
    const content = await readContent(file.path, file.scope, known);
    const current: RegistryReading = {
      ...file,
      modifiedAt,
      ownerUid: Number(info.uid),
      reading: content,
      tail: content.ok ? undefined : await tailOf(file.path),
    };
    const isStable = Date.now() - modifiedAt > racyMs;
    const found = { reading: current, dev: info.dev, ino: info.ino };
    kept.set(file.path, { stamp: isStable ? stamp : '', found });
    return found;
  } catch (error) {
    const isMissing = hasCode(error, 'ENOENT', 'ENOTDIR');
    return isMissing ? missing(file) : failed(file, (error as Error).message);
  }
}

/** A database without a change in its file or its WAL is not opened again. */
async function readSqlite(
  file: RegistryFile,
  ownerUid: number,
  kept: Map<string, Kept>,
): Promise<Found> {
  const { checkFiles, readDatabase } = await import('./sqlite/read-database.ts');
  const files = checkFiles(file.path);
  if (!files.ok) return failed(file, files.reason);
  const { stamp, modified } = files.value;
  const before = kept.get(file.path);
  if (before?.stamp === stamp) return before.found;
  const last = before?.found.reading.reading;
  const reading = await readDatabase(file.path, last?.ok ? last.value : undefined);
  const modifiedAt = Number(modified / 1_000_000n);
  // Its programs always hold a shared lock, which says nothing.
  const found = { reading: { ...file, modifiedAt, ownerUid, reading } };
  const isStable = reading.ok && Date.now() - modifiedAt > racyMs;
  kept.set(file.path, { stamp: isStable ? stamp : '', found });
  return found;
}

/** @returns how many characters follow a whole JSON document. */
async function tailOf(path: string): Promise<number | undefined> {
  const text = await readRegistryText(path);
  const end = text.ok ? documentBefore(text.value) : undefined;
  return text.ok && end !== undefined ? text.value.length - end : undefined;
}

/** A missing registry is normal, unless something other than a directory is in the way. */
async function missing(file: RegistryFile): Promise<Found | undefined> {
  const directory = await stat(join(file.path, '..')).catch(() => undefined);
  const isOdd = directory !== undefined && !directory.isDirectory();
  if (!isOdd || file.scope === 'task' || file.kind === 'sqlite') return undefined;
  return failed(file, 'its directory is a file');
}

function failed(file: RegistryFile, reason: string): Found {
  return { reading: { ...file, modifiedAt: 0, ownerUid: -1, reading: { ok: false, reason } } };
}

function unread(workspace: string, reason: string): Problem {
  return {
    source: 'workspace',
    message: `workspace ${basename(join(workspace, '..'))}/${basename(workspace)} cannot be read: ${reason}`,
    unread: true,
  };
}
