/** Finding and reading registry files. Reading takes no lock and changes nothing: a torn read is
 * seen by a changed size or time, or by broken JSON, and is repeated. */
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RegistriesReading } from '../core/host.ts';
import type {
  Problem,
  Reading,
  RegistryContent,
  RegistryReading,
  RegistryScope,
} from '../core/model.ts';
import { parseRegistry } from '../core/registry/parse.ts';
import { type LockReader, readLocks } from './locks.ts';
import { within } from './within.ts';

/** A registry of thousands of agents has a few MB. */
export const largestRegistryBytes = 8 * 1024 * 1024;
/** A Python writer empties and refills the file within a few milliseconds. */
const tornRetries = 6;
const tornRetryMs = 15;
/** A file system that hangs must not hang the look. */
const readTimeoutMs = 2000;
/** A file changed this shortly before it was read may change again within the clock's tick. */
const racyMs = 50;

export type RegistriesReader = { read(): Promise<RegistriesReading> };

type Kept = { readonly stamp: string; readonly reading: RegistryReading };

/** @param workspaces absolute paths of `.agent-workspace` directories. */
export function createRegistriesReader(
  workspaces: readonly string[],
  problems: readonly Problem[],
): RegistriesReader {
  const kept = new Map<string, Kept>();
  const pending = new Map<string, Promise<RegistryReading | undefined>>();
  const readOne = (file: RegistryFile, locks: LockReader) => {
    // A read that hangs is not started a second time.
    const reading = pending.get(file.path) ?? readRegistry(file, kept, locks);
    pending.set(file.path, reading);
    return within(
      reading.finally(() => pending.delete(file.path)),
      readTimeoutMs,
      () => failed(file, `no answer from the file system within ${readTimeoutMs / 1000} s`),
    );
  };
  return {
    async read() {
      const locks = readLocks();
      const found = await Promise.all(
        workspaces.map(workspace =>
          within(filesOf(workspace), readTimeoutMs, () => ({
            files: [],
            problems: [unread(workspace, 'no answer from the file system')],
          })),
        ),
      );
      const files = found.flatMap(each => each.files);
      const readings = await Promise.all(files.map(file => readOne(file, locks)));
      for (const path of kept.keys())
        if (!files.some(file => file.path === path)) kept.delete(path);
      return {
        workspaces,
        registries: readings.filter(reading => reading !== undefined),
        problems: [...problems, ...found.flatMap(each => each.problems)],
      };
    },
  };
}

type RegistryFile = {
  readonly path: string;
  readonly workspace: string;
  readonly scope: RegistryScope;
  readonly kind: 'json' | 'sqlite';
};

/** Every place of a workspace where a registry may be; that it is there is seen when it is read. */
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

/** @returns nothing where there is no such file. */
async function readRegistry(
  file: RegistryFile,
  kept: Map<string, Kept>,
  locks: LockReader,
): Promise<RegistryReading | undefined> {
  try {
    const info = await lstat(file.path, { bigint: true });
    const stamp = `${info.dev} ${info.ino} ${info.size} ${info.mtimeNs} ${info.ctimeNs}`;
    const lockedBy = locks.holderOf(info.dev, info.ino);
    const before = kept.get(file.path);
    if (before?.stamp === stamp) return { ...before.reading, lockedBy };
    const modifiedAt = Number(info.mtimeMs);
    const result: RegistryReading = {
      ...file,
      modifiedAt,
      ownerUid: Number(info.uid),
      lockedBy,
      reading: file.kind === 'sqlite' ? sqliteReading : await readContent(file),
    };
    const isStable = result.reading.ok && Date.now() - modifiedAt > racyMs;
    if (isStable) kept.set(file.path, { stamp, reading: result });
    return result;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? missing(file) : failed(file, message);
  }
}

/** No registry in a place is normal, unless something else stands where its directory should. */
async function missing(file: RegistryFile): Promise<RegistryReading | undefined> {
  const directory = await stat(join(file.path, '..')).catch(() => undefined);
  const isOdd = directory !== undefined && !directory.isDirectory();
  if (!isOdd || file.scope === 'task' || file.kind === 'sqlite') return undefined;
  return failed(file, 'its directory is a file');
}

const sqliteReading: Reading<RegistryContent> = {
  ok: false,
  reason:
    'this registry is an SQLite file, which this version cannot read: agents recorded only there are unknown to it',
};

/** Reads until two looks at the file agree and its JSON is whole, a few times at most. */
async function readContent(file: RegistryFile): Promise<Reading<RegistryContent>> {
  let last: Reading<RegistryContent> = { ok: false, reason: 'it kept changing while it was read' };
  for (let attempt = 0; attempt < tornRetries; attempt++) {
    if (attempt > 0) await new Promise(resolve => setTimeout(resolve, tornRetryMs));
    const text = await readWhole(file.path);
    if (text === 'torn') continue;
    if (!text.ok) return text;
    last = parseRegistry(text.value, file.scope);
    if (last.ok) return last;
  }
  return last;
}

async function readWhole(path: string): Promise<Reading<string> | 'torn'> {
  // Without O_NONBLOCK a FIFO would hang, without O_NOFOLLOW a link would lead anywhere.
  const handle = await open(
    path,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch((error: NodeJS.ErrnoException) => error);
  if (handle instanceof Error) return { ok: false, reason: reasonFor(handle) };
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) return { ok: false, reason: 'it is not a regular file' };
    if (before.size > largestRegistryBytes)
      return {
        ok: false,
        reason: `it has ${Math.round(Number(before.size) / 1e6)} MB, more than the ${Math.round(largestRegistryBytes / 1e6)} MB allowed`,
      };
    const bytes = await readBytes(handle, Number(before.size));
    const after = await handle.stat({ bigint: true });
    if (after.mtimeNs !== before.mtimeNs || after.size !== before.size) return 'torn';
    return decode(bytes);
  } finally {
    await handle.close();
  }
}

async function readBytes(handle: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(buffer, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

function decode(bytes: Buffer): Reading<string> {
  try {
    return {
      ok: true,
      value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    };
  } catch {
    return { ok: false, reason: 'it is not UTF-8 text' };
  }
}

function reasonFor(error: NodeJS.ErrnoException): string {
  if (error.code === 'ELOOP') return 'it is a symbolic link, which is not followed';
  if (error.code === 'EACCES') return 'permission denied';
  if (error.code === 'ENXIO') return 'it is not a regular file';
  return error.message;
}

function failed(file: RegistryFile, reason: string): RegistryReading {
  return { ...file, modifiedAt: 0, ownerUid: -1, reading: { ok: false, reason } };
}

function unread(workspace: string, reason: string): Problem {
  return {
    source: 'workspace',
    message: `workspace ${basename(join(workspace, '..'))}/${basename(workspace)} cannot be read: ${reason}`,
    unread: true,
  };
}
