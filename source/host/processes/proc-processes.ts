/** The process table from /proc, read synchronously in slices into one reused buffer: at a
 * thousand processes several times cheaper than asynchronous reads or a `ps` child. Most processes
 * sleep: one whose stat has the same bytes as before stays the same object, and leaves no garbage. */
import { closeSync, readdirSync, statSync } from 'node:fs';
import type { Process, Reading } from '../../core/model/model.ts';
import { clock } from '../run/system-clock.ts';
import { createDescriptors, tryOpen, tryRead } from './descriptors.ts';
import { parseStat, type Stat } from './proc-stat.ts';
import { readProcSystem } from './proc-system.ts';

/** Cached facts of a process between polls. */
type Kept = Pick<Stat, 'stackStart' | 'cpuTicks'> & {
  readonly process: Process;
  /** The bytes that it was parsed from. */
  readonly stat: Buffer;
  readonly length: number;
  /** When `cpuTicks` were read. */
  seenAt: number;
  /** The ticks are those of these bytes. */
  readonly isSampled: boolean;
  /** The poll that has last seen it. */
  poll: number;
};

/** Longest stored command line; a table has no use for the rest. */
const longestCommandBytes = 8192;
/** At five thousand processes a poll takes a tenth of a second; keys must not wait that long. */
const longestSliceMs = 8;
/** Below this interval the share would be coarse, as ticks are 10 ms, and the previous one is kept: a poll right after
 * another one, as a key asks for, does not change what was read. */
const shortestSampleMs = 400;
/** A process this young has no share yet. */
const youngestMs = 50;
/** A stat line that is longer than this is parsed in every poll. */
const longestKeptStat = 384;

/** @param root the mount point of procfs; tests pass their own directory.
 * @returns a function that reads a table after the call. It waits for a read in progress first,
 * since one that began before a signal cannot show its effect. */
export function createProcReader(root = '/proc') {
  const system = readProcSystem();
  const buffer = Buffer.allocUnsafe(longestCommandBytes);
  const descriptors = createDescriptors(root);
  const kept = new Map<number, Kept>();
  let poll = 0;
  let last: Promise<unknown> = Promise.resolve();
  const readNow = async (now: number): Promise<Reading<readonly Process[]>> => {
    try {
      return await scan(now, readdirSync(root));
    } catch (error) {
      // Half a table would make the other half look dead.
      return { ok: false, reason: (error as Error).message };
    } finally {
      descriptors.closeUnread();
    }
  };
  return (wallClock = Date.now) => {
    const reading = last.then(() => readNow(wallClock()));
    last = reading;
    return reading;
  };

  async function scan(now: number, names: readonly string[]): Promise<Reading<readonly Process[]>> {
    poll++;
    const processes: Process[] = [];
    let sliceFrom = clock.steadyNow();
    for (const name of names) {
      const first = name.charCodeAt(0);
      if (first < 0x30 || first > 0x39) continue;
      if (clock.steadyNow() - sliceFrom > longestSliceMs) {
        await new Promise(setImmediate);
        sliceFrom = clock.steadyNow();
      }
      const pid = Number(name);
      const length = descriptors.read(pid, buffer);
      const former = kept.get(pid);
      if (former !== undefined && isUnchanged(former, length)) {
        former.poll = poll;
        if (now - former.seenAt >= shortestSampleMs) former.seenAt = now;
        processes.push(former.process);
        continue;
      }
      const current = length > 0 ? parsed(now, pid, length, former) : undefined;
      // Exited between the listing and the read.
      if (current === undefined) continue;
      kept.set(pid, current);
      processes.push(current.process);
    }
    if (kept.size > processes.length)
      for (const [pid, each] of kept) if (each.poll !== poll) kept.delete(pid);
    if (processes.length === 0) return { ok: false, reason: `${root} lists no processes` };
    return { ok: true, value: processes };
  }

  /** The same bytes give the same process, if it had used no CPU before them. */
  function isUnchanged(before: Kept, length: number): boolean {
    return (
      before.isSampled &&
      before.length === length &&
      before.process.cpuPercent === 0 &&
      isComplete(before.process, before.stackStart) &&
      buffer.compare(before.stat, 0, length, 0, length) === 0
    );
  }

  function parsed(
    now: number,
    pid: number,
    length: number,
    former: Kept | undefined,
  ): Kept | undefined {
    const stat = parseStat(buffer, length);
    if (stat === undefined) return undefined;
    const isKept = length <= longestKeptStat;
    const bytes = former?.stat ?? Buffer.allocUnsafe(longestKeptStat);
    // Before the buffer is used for other files.
    if (isKept) buffer.copy(bytes, 0, 0, length);
    const before = former?.process.start === stat.start ? former : undefined;
    const isSameProgram =
      before !== undefined &&
      isComplete(before.process, stat.stackStart) &&
      before.stackStart === stat.stackStart &&
      before.process.name === stat.name;
    const { argv, uid } = isSameProgram
      ? before.process
      : readFacts(buffer, `${root}/${pid}`, stat);
    const startedAt = system.bootedAt + (Number(stat.start) / system.ticksPerSecond) * 1000;
    const sinceMs = now - (before?.seenAt ?? startedAt);
    const usedTicks = stat.cpuTicks - (before?.cpuTicks ?? 0);
    const isFresh = before === undefined || now - before.seenAt >= shortestSampleMs;
    return {
      stackStart: stat.stackStart,
      cpuTicks: isFresh ? stat.cpuTicks : before.cpuTicks,
      seenAt: isFresh ? now : before.seenAt,
      isSampled: isFresh && isKept,
      stat: bytes,
      length,
      poll,
      process: {
        pid,
        start: stat.start,
        ppid: stat.ppid,
        pgid: stat.pgid,
        sid: stat.sid,
        tty: stat.tty,
        state: stat.state,
        threads: stat.threads,
        startedAt,
        cpuPercent: isFresh
          ? shareOf((usedTicks / system.ticksPerSecond) * 1000, sinceMs)
          : before.process.cpuPercent,
        rssBytes: stat.rssPages * system.pageBytes,
        uid,
        name: stat.name,
        argv,
      },
    };
  }
}

/** In the middle of an exec there are no arguments yet; a kernel thread has no stack and never any. */
function isComplete({ argv }: Process, stackStart: string): boolean {
  return argv.length > 0 || stackStart === '0';
}

/** Percent of one processor since the last poll, or since its start in the first one. */
function shareOf(usedMs: number, sinceMs: number): number {
  if (sinceMs < youngestMs) return 0;
  return Math.max(0, Math.round(((usedMs * 100) / sinceMs) * 10) / 10);
}

/** @returns bytes read, or −1 if the file cannot be read.
 * @throws if no descriptor is available, which says nothing about the file. */
function readInto(buffer: Buffer, path: string): number {
  const descriptor = tryOpen(path);
  if (descriptor === undefined) return -1;
  try {
    return tryRead(descriptor, buffer);
  } finally {
    closeSync(descriptor);
  }
}

/** The arguments as given. A program that overwrites them leaves runs of NUL behind. */
function readArgv(buffer: Buffer, path: string): readonly string[] {
  const length = readInto(buffer, `${path}/cmdline`);
  if (length <= 0) return [];
  const text = buffer.toString('utf8', 0, length);
  return text.replace(/\0+$/, '').split('\0');
}

/** Facts that only change with an exec. Kernel threads have no arguments and belong to root. */
function readFacts(buffer: Buffer, path: string, stat: Stat) {
  if (stat.isKernelThread) return { argv: noArguments, uid: 0 };
  return { argv: readArgv(buffer, path), uid: readUid(buffer, path) };
}

/** Effective uid: the owner of the /proc directory. That is root for a non-dumpable program too,
 * so its status is read if it matters. */
function readUid(buffer: Buffer, path: string): number {
  const owner = statSync(path, { throwIfNoEntry: false })?.uid ?? -1;
  if (owner !== 0 || ownUid === 0) return owner;
  const length = readInto(buffer, `${path}/status`);
  const line = /^Uid:\t\d+\t(\d+)/m.exec(length > 0 ? buffer.toString('latin1', 0, length) : '');
  return line === null ? -1 : Number(line[1]);
}

const ownUid = process.getuid?.() ?? -1;
const noArguments: readonly string[] = [];
