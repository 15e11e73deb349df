/** Made-up processes: they start, obey signals or ignore them, and exit. */

import type { Origin, Process, ProcessRef } from '../core/model/process.ts';
import type { SignalName, SignalResult } from '../core/ports/process-control.ts';
import { chance, wave } from './noise.ts';
import type { Timeline } from './timeline.ts';

/** A process to start. CPU is what it uses at its busiest; the rest has defaults: it is a child of
 * init, leads a session and is ours. */
export type Start = Partial<Process> &
  Pick<Process, 'argv'> & {
    /** How long ago it was started, milliseconds. */
    readonly ageMs?: number;
  };

export type Behaviour = {
  /** From SIGTERM or a hang-up to its exit, milliseconds; without it both are ignored. */
  readonly leavesMs?: number;
  /** Exits when its parent does, as a server whose stdin is closed. */
  readonly withParent?: boolean;
  /** Exits with its last child, as `sh -c PROGRAM`. */
  readonly withChildren?: boolean;
  /** Memory that it gains in each second that it runs. */
  readonly growsBytes?: number;
  readonly ports?: readonly number[];
  /** Its parent's where it is not given. */
  readonly origin?: Origin;
  readonly onExit?: () => void;
};

type Running = Behaviour & {
  process: Process;
  readonly bornAt: number;
  stoppedAt?: number;
  stoppedMs: number;
  /** Told to exit while it was stopped. */
  isTold: boolean;
};

export type Processes = ReturnType<typeof createProcesses>;

const ownUid = 1000;
const pageBytes = 4096;
const bootedDaysAgo = 9;
const tickMs = 10;
/** From the exit of a parent to that of a child that notices. */
const noticedMs = 60;
/** An idle program prints something this often. */
const quietMs = 1_000_000;

export function createProcesses(timeline: Timeline) {
  const running = new Map<number, Running>();
  const booted = timeline.wall() - bootedDaysAgo * 86_400_000;
  let nextPid = 4100;

  const find = ({ pid, start }: ProcessRef) => {
    const found = running.get(pid);
    return found?.process.start === start ? found : undefined;
  };
  const childrenOf = (pid: number) =>
    [...running.values()].filter(({ process }) => process.ppid === pid);
  const ranMs = ({ bornAt, stoppedAt, stoppedMs }: Running) =>
    (stoppedAt ?? timeline.now()) - bornAt - stoppedMs;

  const exit = (pid: number) => {
    const gone = running.get(pid);
    if (gone === undefined) return;
    running.delete(pid);
    for (const child of childrenOf(pid)) {
      child.process = { ...child.process, ppid: 1 };
      if (child.withParent) exitAfter(child, noticedMs);
    }
    const parent = running.get(gone.process.ppid);
    if (parent?.withChildren && childrenOf(gone.process.ppid).length === 0) exitAfter(parent, 0);
    gone.onExit?.();
  };
  /** A stopped process exits once it is continued. */
  const exitAfter = (each: Running, ms: number) =>
    timeline.after(ms, () => {
      if (each.stoppedAt !== undefined) each.isTold = true;
      else if (find(each.process) === each) exit(each.process.pid);
    });
  const tellToExit = (each: Running) => {
    if (each.leavesMs !== undefined) exitAfter(each, each.leavesMs);
  };
  const resume = (each: Running) => {
    if (each.stoppedAt === undefined) return;
    each.stoppedMs += timeline.now() - each.stoppedAt;
    each.stoppedAt = undefined;
    if (each.isTold) exitAfter(each, each.leavesMs ?? 0);
  };
  /** A process with what it uses at this moment, in bursts rather than steadily. */
  const seen = (each: Running): Process => {
    const { process, stoppedAt, growsBytes = 0 } = each;
    const now = stoppedAt ?? timeline.now();
    const busy =
      stoppedAt === undefined ? process.cpuPercent * wave(process.pid, now, 5000) ** 2 : 0;
    const swing = 0.94 + 0.12 * wave(-process.pid, now, 15_000);
    const bytes = process.rssBytes * swing + (growsBytes * ranMs(each)) / 1000;
    const state = busy > 30 ? 'R' : process.state;
    return {
      ...process,
      state: stoppedAt === undefined ? state : 'T',
      cpuPercent: Math.round(busy * 10) / 10,
      rssBytes: Math.round(bytes / pageBytes) * pageBytes,
    };
  };

  return {
    spawn({ ageMs = 0, ...given }: Start, behaviour: Behaviour = {}): Process {
      const pid = given.pid ?? nextPid;
      // Other programs use up numbers too.
      if (given.pid === undefined) nextPid += 1 + Math.floor(chance(pid) * 5);
      const startedAt = timeline.wall() - ageMs;
      const sid = given.sid ?? pid;
      const process: Process = {
        ...{ pid, ppid: 1, pgid: sid, sid, tty: 0, threads: 1, uid: ownUid, state: 'S' },
        ...{ start: String(Math.round((startedAt - booted) / tickMs)), startedAt },
        ...{ cpuPercent: 0, rssBytes: 0 },
        name: (given.argv[0] ?? '').replace(/.*\//, '').slice(0, 15),
        ...given,
      };
      const { origin } = running.get(process.ppid) ?? {};
      const bornAt = timeline.now() - ageMs;
      running.set(pid, { origin, ...behaviour, process, bornAt, stoppedMs: 0, isTold: false });
      return process;
    },
    table: () => [...running.values()].map(seen),
    originOf: (pid: number) => running.get(pid)?.origin,
    portsOf: (pid: number) => running.get(pid)?.ports ?? [],
    isThere: (ref: ProcessRef) => find(ref) !== undefined,
    exit,
    signal(ref: ProcessRef, name: SignalName): SignalResult {
      const found = find(ref);
      if (found === undefined) return 'gone';
      if (found.process.uid !== ownUid) return 'denied';
      if (name === 'SIGKILL') exit(ref.pid);
      else if (name === 'SIGSTOP') found.stoppedAt ??= timeline.now();
      else if (name === 'SIGCONT') resume(found);
      else if (name !== 'SIGWINCH') tellToExit(found);
      return 'sent';
    },
    /** Its terminal was closed: every process of the session is told. */
    hangUp(sid: number) {
      for (const each of running.values()) if (each.process.sid === sid) tellToExit(each);
    },
    /** How long it has run without the times that it was stopped, milliseconds. */
    ranMs(pid: number): number {
      const found = running.get(pid);
      return found === undefined ? 0 : ranMs(found);
    },
    /** How long ago the program in a pane printed something. */
    idleMs(panePid: number): number {
      const found = childrenOf(panePid)[0] ?? running.get(panePid);
      if (found === undefined) return 0;
      const { process, stoppedAt } = found;
      const isBusy = process.cpuPercent > 10;
      const everyMs = isBusy ? 2000 + Math.floor(chance(process.pid) * 20) * 1000 : quietMs;
      return timeline.now() - (stoppedAt ?? timeline.now()) + (ranMs(found) % everyMs);
    },
  };
}
