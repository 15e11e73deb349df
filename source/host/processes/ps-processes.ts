/** The process table where there is no /proc: ps-list for the table, `ps` for what it leaves out,
 * pidusage for CPU and memory of the programs that are shown. */
import type { Process, Reading } from '../../core/model/model.ts';
import { within } from '../run/within.ts';
import { type PsLine, psTimeoutMs, readPs } from './ps-columns.ts';

/** pidusage walks its pids one by one on some systems: bound what is asked of it. */
const mostMeasured = 200;

/** Under way, and not begun a second time: a program that hangs stays the only one of its kind. */
let listing: Promise<readonly Listed[]> | undefined;
let measuring: Promise<Readonly<Record<string, Usage | null>>> | undefined;

/** Reads one table, or says after two seconds that it could not be read.
 * @param isShown which processes are worth measuring. */
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

type Usage = { readonly cpu: number; readonly memory: number };

type Listed = {
  readonly pid: number;
  readonly name: string;
  readonly ppid?: number;
  readonly cmd?: string;
  readonly cpu?: number;
};

function processOf(item: Listed, line: PsLine): Process {
  return {
    pid: item.pid,
    start: String(line.startedAt),
    ppid: item.ppid ?? line.ppid,
    pgid: line.pgid,
    sid: line.sid,
    tty: line.tty,
    state: line.state,
    threads: line.threads,
    startedAt: line.startedAt,
    cpuPercent: item.cpu ?? 0,
    rssBytes: line.rssBytes,
    uid: line.uid,
    name: item.name,
    argv: (item.cmd ?? item.name).split(' ').filter(word => word !== ''),
  };
}

/** Shown processes get CPU over the last interval and RSS in bytes. A process that pidusage does
 * not know any more (ENOENT, ESRCH, null) keeps what ps said, and all of them do where it is too slow. */
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
  const asked: Promise<Record<string, Usage | null>> = pidusage(pids).catch(() => ({}));
  measuring = asked.finally(() => {
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
