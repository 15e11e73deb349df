/** The process table without /proc: ps-list for the table, `ps` for the columns it omits,
 * pidusage for CPU and memory of the rows shown. */
import type { Process, Reading } from '../../core/model/model.ts';
import { within } from '../run/within.ts';
import { type PsLine, psTimeoutMs, readPs } from './ps-columns.ts';

/** pidusage reads pids one by one on some systems, so their number is bounded. */
const mostMeasured = 200;

/** Calls in progress are shared: a hung program is not started a second time. */
let listing: Promise<readonly Listed[]> | undefined;
let measuring: Promise<Readonly<Record<string, Usage | null>>> | undefined;

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
  const request: Promise<Record<string, Usage | null>> = pidusage(pids).catch(() => ({}));
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
