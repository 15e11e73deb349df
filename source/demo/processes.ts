/** Made-up processes: they start, obey signals or ignore them, and exit. */

import type { Origin, Process, ProcessRef } from '../core/model/process.ts';
import type { SignalName, SignalResult } from '../core/ports/process-control.ts';
import { chance, wave } from './noise.ts';
import type { Timeline } from './timeline.ts';

type Behaviour = {
  /** From SIGTERM or a hang-up to its exit, milliseconds; without it both are ignored. */
  readonly leavesMs?: number;
  /** Exits when its parent does, as a server whose stdin is closed. */
  readonly withParent?: boolean;
  /** Exits with its last child, as `sh -c PROGRAM`. */
  readonly withChildren?: boolean;
  /** Memory that it gains in each second that it runs. */
  readonly growsBytes?: number;
  /** Uses the same all the time, not in bursts. */
  readonly isSteady?: boolean;
  readonly ports?: readonly number[];
  /** Its parent's where it is not given. */
  readonly origin?: Origin;
};

/** A process to start. CPU is what it uses at its busiest; the rest has defaults: it is a child of
 * init, leads a session and is ours. */
export type Start = Behaviour &
  Partial<Process> &
  Pick<Process, 'argv'> & {
    /** How long ago it was started, milliseconds. */
    readonly ageMs?: number;
  };

type Running = {
  process: Process;
  readonly behaviour: Behaviour;
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

export function createProcesses(timeline: Timeline) {
  const running = new Map<number, Running>();
  const listeners = new Map<number, (() => void)[]>();
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
      if (child.behaviour.withParent) exitAfter(child, noticedMs);
    }
    const parent = running.get(gone.process.ppid);
    if (parent?.behaviour.withChildren && childrenOf(parent.process.pid).length === 0)
      exitAfter(parent, 0);
    const told = listeners.get(pid) ?? [];
    listeners.delete(pid);
    for (const then of told) then();
  };
  /** A stopped process exits once it is continued. */
  const exitAfter = (process: Running, ms: number) => {
    if (process.stoppedAt !== undefined) process.isTold = true;
    else
      timeline.after(ms, () => {
        if (running.get(process.process.pid) !== process) return;
        if (process.stoppedAt === undefined) exit(process.process.pid);
        else process.isTold = true;
      });
  };
  const tellToExit = (process: Running) => {
    const { leavesMs } = process.behaviour;
    if (leavesMs !== undefined) exitAfter(process, leavesMs);
  };
  const resume = (process: Running) => {
    if (process.stoppedAt === undefined) return;
    process.stoppedMs += timeline.now() - process.stoppedAt;
    process.stoppedAt = undefined;
    if (process.isTold) exitAfter(process, process.behaviour.leavesMs ?? 0);
  };

  return {
    spawn({ ageMs = 0, leavesMs, withParent, withChildren, growsBytes, isSteady, ...rest }: Start) {
      const { origin, ports, ...given } = rest;
      const pid = given.pid ?? nextPid;
      // Other programs use up numbers too.
      if (given.pid === undefined) nextPid += 1 + Math.floor(chance(pid) * 5);
      const startedAt = given.startedAt ?? timeline.wall() - ageMs;
      const sid = given.sid ?? pid;
      const process: Process = {
        ...{ pid, ppid: 1, pgid: sid, sid, tty: 0, threads: 1, uid: ownUid, state: 'S' },
        ...{ start: String(Math.round((startedAt - booted) / tickMs)), startedAt },
        ...{ cpuPercent: 0, rssBytes: 0 },
        name: (given.argv[0] ?? '').replace(/.*\//, '').slice(0, 15),
        ...given,
      };
      running.set(pid, {
        process,
        behaviour: {
          ...{ leavesMs, withParent, withChildren, growsBytes, isSteady, ports },
          origin: origin ?? running.get(process.ppid)?.behaviour.origin,
        },
        bornAt: timeline.now() - ageMs,
        stoppedAt: process.state === 'T' ? timeline.now() : undefined,
        ...{ stoppedMs: 0, isTold: false },
      });
      return process;
    },
    /** All of them, with what each uses at this moment. */
    table: (): Process[] => [...running.values()].map(seen),
    originOf: (pid: number) => running.get(pid)?.behaviour.origin,
    portsOf: (pid: number) => running.get(pid)?.behaviour.ports ?? [],
    isThere: (ref: ProcessRef) => find(ref) !== undefined,
    isStopped: (pid: number) => running.get(pid)?.stoppedAt !== undefined,
    exit,
    signal(ref: ProcessRef, name: SignalName): SignalResult {
      const process = find(ref);
      if (process === undefined) return 'gone';
      if (process.process.uid !== ownUid) return 'denied';
      if (name === 'SIGKILL') exit(ref.pid);
      else if (name === 'SIGSTOP') process.stoppedAt ??= timeline.now();
      else if (name === 'SIGCONT') resume(process);
      else tellToExit(process);
      return 'sent';
    },
    /** Its terminal was closed: every process of the session is told. */
    hangUp(sid: number) {
      for (const each of [...running.values()]) if (each.process.sid === sid) tellToExit(each);
    },
    /** Calls back once. */
    onExit(pid: number, then: () => void) {
      listeners.set(pid, [...(listeners.get(pid) ?? []), then]);
    },
    /** How long it has run without the times that it was stopped, milliseconds. */
    ranMs(pid: number): number {
      const process = running.get(pid);
      return process === undefined ? 0 : ranMs(process);
    },
    /** How long ago the program in a pane printed something, as it does every `paceMs` that it runs. */
    idleMs(panePid: number, paceMs: number): number {
      const process = childrenOf(panePid)[0] ?? running.get(panePid);
      if (process === undefined) return 0;
      const stoppedFor = timeline.now() - (process.stoppedAt ?? timeline.now());
      return stoppedFor + (ranMs(process) % paceMs);
    },
  };

  function seen(each: Running): Process {
    const { process, stoppedAt, behaviour } = each;
    const isStopped = stoppedAt !== undefined;
    const { pid } = process;
    const state = isStopped ? 'T' : process.state === 'T' ? 'S' : process.state;
    if (behaviour.isSteady) return { ...process, state };
    // Bursts rather than a steady load.
    const busy = isStopped ? 0 : process.cpuPercent * wave(pid, timeline.now(), 5000) ** 2;
    const swing = 0.94 + 0.12 * wave(-pid, stoppedAt ?? timeline.now(), 15_000);
    const grown = ((behaviour.growsBytes ?? 0) * ranMs(each)) / 1000;
    return {
      ...process,
      state: busy > 30 ? 'R' : state,
      cpuPercent: Math.round(busy * 10) / 10,
      rssBytes: Math.round((process.rssBytes * swing + grown) / pageBytes) * pageBytes,
    };
  }
}
