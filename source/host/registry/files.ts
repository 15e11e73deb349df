/** Finds registry files, and re-reads those that have changed. */
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type {
  Problem,
  Reading,
  RegistryContent,
  RegistryReading,
  RegistryScope,
} from '../../core/model/model.ts';
import type { RegistriesReading } from '../../core/ports/registries.ts';
import { readLocks } from '../lock/kernel-locks.ts';
import { within } from '../run/within.ts';
import { readContent } from './content.ts';

/** A hung file system must not hang the poll. */
const readTimeoutMs = 2000;
/** A file changed this shortly before the read may change again within the clock's resolution, or
 * may have been caught half-written. */
const racyMs = 2000;

export type RegistriesReader = { read(): Promise<RegistriesReading> };

type Kept = { readonly stamp: string; readonly found: Found };
/** A reading, with the file's identity for the kernel's list of locks. */
type Found = { readonly reading: RegistryReading; readonly dev?: bigint; readonly ino?: bigint };

/** @param workspaces absolute paths of `.agent-workspace` directories. */
export function createRegistriesReader(
  workspaces: readonly string[],
  problems: readonly Problem[],
  foreign?: ReadonlyMap<string, string>,
): RegistriesReader {
  const kept = new Map<string, Kept>();
  const absences = createAbsences();
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
  return {
    async read() {
      const locksRead = workspaces.length > 0 ? readLocks() : undefined;
      const found = await Promise.all(
        workspaces.map(workspace =>
          within(filesOf(workspace), readTimeoutMs, () => ({
            files: [],
            problems: [unread(workspace, 'no answer from the file system')],
          })),
        ),
      );
      const files = found.flatMap(each => each.files);
      const readings = [...(await Promise.all(files.map(file => readOne(file))))].filter(
        reading => reading !== undefined,
      );
      readings.push(...absences.after(readings.map(({ reading }) => reading)));
      const locks = await locksRead;
      for (const path of kept.keys())
        if (!files.some(file => file.path === path)) kept.delete(path);
      return {
        workspaces,
        foreign,
        registries: readings.map(({ reading, dev, ino }) =>
          dev === undefined || ino === undefined
            ? reading
            : { ...reading, lockedBy: locks?.holderOf(dev, ino) },
        ),
        problems: [...problems, ...found.flatMap(each => each.problems)],
      };
    },
  };
}

/** A writer that renames the file away puts it back in a moment: until then it is unread, not
 * gone. */
const awayMs = 2000;

/** Tracks files that the last poll found and this one does not. */
function createAbsences() {
  const present = new Map<string, RegistryFile>();
  const since = new Map<string, number>();
  return {
    after(readings: readonly RegistryReading[]): Found[] {
      const now = performance.now();
      const seen = new Set(readings.map(({ path }) => path));
      for (const { path, workspace, scope, kind } of readings) {
        present.set(path, { path, workspace, scope, kind });
        since.delete(path);
      }
      return [...present.values()].flatMap(file => {
        if (seen.has(file.path)) return [];
        const away = since.get(file.path) ?? now;
        since.set(file.path, away);
        if (now - away < awayMs) return [failed(file, 'removed while reading')];
        present.delete(file.path);
        since.delete(file.path);
        return [];
      });
    },
  };
}

type RegistryFile = {
  readonly path: string;
  readonly workspace: string;
  readonly scope: RegistryScope;
  readonly kind: 'json' | 'sqlite';
};

/** @returns every path of a workspace where a registry may be; reading shows whether it exists. */
async function filesOf(workspace: string) {
  const files: RegistryFile[] = [
    {
      path: join(workspace, 'registry', 'GLOBAL_REGISTRY.json'),
      workspace,
      scope: 'global',
      kind: 'json',
    },
    {
      path: join(workspace, 'registry', 'state.sqlite3'),
      workspace,
      scope: 'global',
      kind: 'sqlite',
    },
  ];
  try {
    const names = await readdir(workspace);
    const tasks = names.filter(name => name.startsWith('TASK-')).sort();
    for (const name of tasks)
      files.push({
        path: join(workspace, name, 'AGENT_REGISTRY.json'),
        workspace,
        scope: 'task',
        kind: 'json',
      });
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
    const info = await lstat(file.path, { bigint: true });
    const stamp = `${info.dev} ${info.ino} ${info.size} ${info.mtimeNs} ${info.ctimeNs}`;
    const before = kept.get(file.path);
    if (before?.stamp === stamp) return before.found;
    const modifiedAt = Number(info.mtimeMs);
    const reading: RegistryReading = {
      ...file,
      modifiedAt,
      ownerUid: Number(info.uid),
      reading: file.kind === 'sqlite' ? sqliteReading : await readContent(file.path, file.scope),
    };
    const isStable = Date.now() - modifiedAt > racyMs;
    const found = { reading, dev: info.dev, ino: info.ino };
    if (isStable) kept.set(file.path, { stamp, found });
    return found;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? missing(file) : failed(file, message);
  }
}

/** A missing registry is normal, unless something other than a directory is in the way. */
async function missing(file: RegistryFile): Promise<Found | undefined> {
  const directory = await stat(join(file.path, '..')).catch(() => undefined);
  const isOdd = directory !== undefined && !directory.isDirectory();
  if (!isOdd || file.scope === 'task' || file.kind === 'sqlite') return undefined;
  return failed(file, 'its directory is a file');
}

const sqliteReading: Reading<RegistryContent> = {
  ok: false,
  reason:
    'SQLite registries are not supported in this version: agents recorded only there are unknown',
};

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
