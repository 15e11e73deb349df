/** Finds the holder of a lock. The kernel names the process that took a flock, which may be a
 * helper that has exited, so the open files of all processes are searched for the lock itself. */
import type { BigIntStats } from 'node:fs';
import { procRoot } from '../processes/process-source.ts';
import { lstatBig, readdir, readLatin1Beside, stat, statBig } from '../run/async-files.ts';
import { queuePlace } from './own-place.ts';

/** The queue's lock. */
export function queueLockOf(path: string): string {
  return queuePlace(path).path;
}

/** @returns `pid 4121 (python3), stopped, since 08:12:03`, or as much of it as is known. */
export async function holdersOf(path: string, isQueue: boolean): Promise<string> {
  const holders = await flockHolders(path);
  if (holders.length > 0) return holders.join(' and ');
  if (!isQueue) return 'a process that is not visible to vigil';
  const since = await stat(queueLockOf(path)).catch(() => undefined);
  return since === undefined
    ? 'another vigil'
    : `another vigil, since ${timeOf(since.birthtimeMs)}`;
}

async function flockHolders(path: string): Promise<string[]> {
  const info = await lstatBig(path).catch(() => undefined);
  if (info === undefined) return [];
  const pids = (await readdir(procRoot).catch(() => [])).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(pid => holderLine(pid, info)));
  return found.filter(line => line !== undefined);
}

/** The fdinfo of a descriptor with a lock has a line `lock: 1: FLOCK  ADVISORY  WRITE …`. */
async function holderLine(pid: string, file: BigIntStats): Promise<string | undefined> {
  const descriptors = await readdir(`${procRoot}/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await statBig(`${procRoot}/${pid}/fd/${descriptor}`).catch(() => undefined);
    if (target?.ino !== file.ino || target.dev !== file.dev) continue;
    const info = await readLatin1Beside(`${procRoot}/${pid}/fdinfo/${descriptor}`).catch(() => '');
    if (/^lock:.* FLOCK /m.test(info)) return describe(pid);
  }
  return undefined;
}

async function describe(pid: string): Promise<string> {
  const text = await readLatin1Beside(`${procRoot}/${pid}/stat`).catch(() => '');
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  const state = text.slice(text.lastIndexOf(')') + 2)[0];
  const started = await stat(`${procRoot}/${pid}`).catch(() => undefined);
  const since = started === undefined ? '' : `, running since ${timeOf(started.ctimeMs)}`;
  return `pid ${pid} (${name})${state === 'T' ? ', stopped' : ''}${since}`;
}

function timeOf(epochMs: number): string {
  return new Date(epochMs).toTimeString().slice(0, 8);
}

/** Opening the kernel's list of locks takes 10 to 20 ms (it synchronizes all processors), so this
 * runs in parallel with other reads.
 * @returns the text of /proc/locks; empty if it cannot be read (macOS). */
export function readLocks(path = `${procRoot}/locks`): Promise<string> {
  return readLatin1Beside(path).catch(() => '');
}

/** SQLite locks this byte of -shm for its one writer. */
const writerByte = '120';

/** @returns the writer of a database with a WAL, as far as the kernel's list names it. */
export async function writerOf(path: string): Promise<string> {
  const info = await lstatBig(`${path}-shm`).catch(() => undefined);
  const line =
    info && linesFor(await readLocks(), info.dev, info.ino).find(each => each[5] === writerByte);
  return line?.[3] === undefined ? 'another program' : describe(line[3]);
}

/** Reads the holder of a file lock from the kernel's list, without touching the lock. Lines have
 * the form `1: FLOCK  ADVISORY  WRITE 4121 08:02:1234 0 EOF`; a waiter has `->` after
 * its number and holds nothing. Major and minor are hexadecimal (fs/locks.c). */
export function holderOf(text: string, device: bigint, inode: bigint): string | undefined {
  const [first] = linesFor(text, device, inode);
  if (first === undefined) return undefined;
  const [kind, , mode, pid] = first;
  return `pid ${pid} (${kind?.toLowerCase()}, ${mode?.toLowerCase()})`;
}

/** The words of the locks that are held, from the kind on. */
function linesFor(text: string, device: bigint, inode: bigint): readonly (readonly string[])[] {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn);
  const hex = (value: bigint) => value.toString(16).padStart(2, '0');
  const file = ` ${hex(major)}:${hex(minor)}:${inode} `;
  return text
    .split('\n')
    .filter(line => line.includes(file) && !line.includes('->'))
    .map(line => line.trim().split(/\s+/).slice(1));
}
