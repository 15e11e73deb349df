/** The process table without /proc: ps-list for the table, `ps` for the columns it omits,
 * pidusage for CPU and memory of the rows shown. */
import type { Status } from 'pidusage';
import type { ProcessDescriptor } from 'ps-list';
import type { Process, Reading } from '../../core/model/model.ts';
import { run } from '../run/run-program.ts';
import { within } from '../run/within.ts';

const isLinux = process.platform === 'linux';
/** macOS has neither sid nor nlwp: the group replaces the session, and the thread count is one. */
const psColumns = isLinux
  ? 'pid=,ppid=,pgid=,sid=,uid=,nlwp=,rss=,tty=,stat=,lstart='
  : 'pid=,ppid=,pgid=,pgid=,uid=,nice=,rss=,tty=,stat=,lstart=';
/** The same limit as for every other source of a poll. */
const psTimeoutMs = 2000;

/** pidusage reads pids one by one on some systems, so their number is bounded. */
const mostMeasured = 200;

/** Calls in progress are shared: a hung program is not started a second time. */
let listing: Promise<readonly ProcessDescriptor[]> | undefined;
let measuring: Promise<Readonly<Record<string, Status | null>>> | undefined;

/** Reads one table, or fails after two seconds.
 * @param isShown which processes to measure. */
export async function readPsProcesses(
  isShown: (process: Process) => boolean,
): Promise<Reading<readonly Process[]>> {
  const startedAt = performance.now();
  const leftMs = () => Math.max(0, psTimeoutMs - (performance.now() - startedAt));
  try {
    const [{ default: psList }, columns] = await Promise.all([import('ps-list'), readPs()]);
    listing ??= psList().finally(() => {
      listing = undefined;
    });
    const listed = await within(listing, leftMs(), () => undefined);
    if (listed === undefined) throw new Error(`no answer within ${psTimeoutMs / 1000} s`);
    const processes = listed.flatMap(item => {
      const line = columns.get(item.pid);
      return line === undefined ? [] : [processOf(item, line)];
    });
    return { ok: true, value: await measured(processes, isShown, leftMs()) };
  } catch (error) {
    return { ok: false, reason: `ps failed: ${(error as Error).message.split('\n')[0]}` };
  }
}

/** The columns of `ps` that ps-list omits. */
type PsLine = Omit<Process, 'start' | 'cpuPercent' | 'name' | 'argv'>;

/** @throws if ps cannot be run; the caller makes a failed reading of it. */
async function readPs(): Promise<ReadonlyMap<number, PsLine>> {
  const result = await run('ps', ['-axo', psColumns], {
    timeoutMs: psTimeoutMs,
    env: { LC_ALL: 'C', TZ: 'UTC' },
  });
  if (!result.ok) throw new Error(result.reason);
  const lines = result.value.split('\n').flatMap(text => parsePsLine(text) ?? []);
  return new Map(lines.map(line => [line.pid, line]));
}

/** Parses one line of these columns; times are UTC with a resolution of one second. */
export function parsePsLine(text: string): PsLine | undefined {
  const words = text.trim().split(/\s+/);
  if (words.length < 14) return undefined;
  const number = (index: number) => Number(words[index]);
  const tty = words[7] ?? '?';
  return {
    pid: number(0),
    ppid: number(1),
    pgid: number(2),
    sid: number(3),
    uid: number(4),
    threads: isLinux ? number(5) : 1,
    rssBytes: number(6) * 1024,
    tty: tty.startsWith('?') ? 0 : 1,
    state: (words[8] ?? '?').charAt(0),
    startedAt: Date.parse(`${words.slice(9).join(' ')} UTC`),
  };
}

function processOf(item: ProcessDescriptor, line: PsLine): Process {
  return {
    ...line,
    start: String(line.startedAt),
    ppid: item.ppid,
    cpuPercent: item.cpu ?? 0,
    name: item.name,
    argv: (item.cmd ?? item.name).split(' ').filter(word => word !== ''),
  };
}

/** Measures CPU since the last poll and RSS in bytes for shown processes. A process that pidusage
 * does not find (ENOENT, ESRCH, null) keeps the values of ps; on a timeout all do. */
async function measured(
  processes: readonly Process[],
  isShown: (process: Process) => boolean,
  mostMs: number,
): Promise<readonly Process[]> {
  const pids = processes
    .filter(isShown)
    .map(process => process.pid)
    .slice(0, mostMeasured);
  if (pids.length === 0 || measuring !== undefined) return processes;
  const { default: pidusage } = await import('pidusage');
  const request: Promise<Record<string, Status | null>> = pidusage(pids).catch(() => ({}));
  measuring = request.finally(() => {
    measuring = undefined;
  });
  const usage = await within(measuring, mostMs, () => undefined);
  if (usage === undefined) return processes;
  return processes.map(process => {
    const sample = usage[process.pid];
    if (sample === undefined || sample === null) return process;
    return { ...process, cpuPercent: Math.round(sample.cpu * 10) / 10, rssBytes: sample.memory };
  });
}
