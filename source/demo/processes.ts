/** Made-up processes: they are born, obey signals or do not, and die; nothing of it is real. */

import type { Origin, Process, ProcessRef } from '../core/model/process.ts';
import type { SignalName, SignalResult } from '../core/ports/process-control.ts';
import { chance, wave } from './noise.ts';
import type { Timeline } from './timeline.ts';

export type Habit = {
  /** From SIGTERM or a hang-up to its end, milliseconds; without one it ignores both. */
  readonly leavesMs?: number;
  /** Ends when its parent does, as a server whose stdin is closed. */
  readonly withParent?: boolean;
  /** Ends with its last child, as `sh -c PROGRAM`. */
  readonly withChildren?: boolean;
};

export type Load = {
  /** At its busiest. */
  readonly cpuPercent: number;
  readonly rssBytes: number;
  /** For each second that it runs. */
  readonly growsBytes?: number;
};

export type Birth = {
  readonly argv: readonly string[];
  readonly ppid: number;
  readonly habit: Habit;
  readonly load: Load;
  /** The kernel's name for it, where it is not the program's. */
  readonly name?: string;
  /** Its own where there is none: it leads a session. */
  readonly sid?: number;
  readonly tty?: number;
  readonly uid?: number;
  readonly state?: string;
  /** How long ago it was, milliseconds. */
  readonly ageMs?: number;
  readonly origin?: Origin;
  readonly ports?: readonly number[];
  readonly pid?: number;
};

export type Processes = {
  bear(birth: Birth): ProcessRef;
  /** The table, with what each uses at this moment. */
  table(): Process[];
  originOf(pid: number): Origin | undefined;
  portsOf(pid: number): readonly number[];
  isThere(ref: ProcessRef): boolean;
  signal(ref: ProcessRef, name: SignalName): SignalResult;
  /** A terminal's end, for everybody of its session. */
  hangUp(sid: number): void;
  die(pid: number): void;
  /** Calls back once, at its death. */
  onDeath(pid: number, then: () => void): void;
  /** How long it has run without the times that it was stopped, milliseconds. */
  ranMs(pid: number): number;
  /** How long ago it did what it does every `paceMs` that it runs, milliseconds. */
  idleMs(pid: number, paceMs: number): number;
};

type Living = Omit<Birth, 'ppid'> & {
  readonly ref: ProcessRef;
  readonly bornAt: number;
  readonly startedAt: number;
  ppid: number;
  stoppedAt?: number;
  stoppedMs: number;
  /** Told to end while it was stopped. */
  isTold: boolean;
};

const pageBytes = 4096;
const bootedDaysAgo = 9;
const tickMs = 10;
/** How soon it is felt that a parent or the last child is gone. */
const noticedMs = 60;

export function createProcesses(timeline: Timeline): Processes {
  const living = new Map<number, Living>();
  const mourners = new Map<number, (() => void)[]>();
  const booted = timeline.wall() - bootedDaysAgo * 86_400_000;
  let nextPid = 4100;

  const find = ({ pid, start }: ProcessRef) => {
    const process = living.get(pid);
    return process?.ref.start === start ? process : undefined;
  };
  const childrenOf = (pid: number) => [...living.values()].filter(each => each.ppid === pid);
  const ranMs = ({ bornAt, stoppedAt, stoppedMs }: Living) =>
    (stoppedAt ?? timeline.now()) - bornAt - stoppedMs;

  const die = (pid: number) => {
    const process = living.get(pid);
    if (process === undefined) return;
    living.delete(pid);
    for (const child of childrenOf(pid)) {
      child.ppid = 1;
      if (child.habit.withParent === true) leave(child, noticedMs);
    }
    const parent = living.get(process.ppid);
    if (parent?.habit.withChildren === true && childrenOf(parent.ref.pid).length === 0)
      leave(parent, 0);
    const told = mourners.get(pid) ?? [];
    mourners.delete(pid);
    for (const then of told) then();
  };
  /** Who is stopped leaves once it goes on. */
  const leave = (process: Living, inMs: number) =>
    timeline.after(inMs, () => {
      if (find(process.ref) !== process) return;
      if (process.stoppedAt === undefined) die(process.ref.pid);
      else process.isTold = true;
    });
  const tellToEnd = (process: Living) => {
    const { leavesMs } = process.habit;
    if (leavesMs === undefined) return;
    if (process.stoppedAt === undefined) leave(process, leavesMs);
    else process.isTold = true;
  };
  const goOn = (process: Living) => {
    if (process.stoppedAt === undefined) return;
    process.stoppedMs += timeline.now() - process.stoppedAt;
    process.stoppedAt = undefined;
    if (process.isTold) leave(process, process.habit.leavesMs ?? 0);
  };

  return {
    die,
    bear(birth) {
      const pid = birth.pid ?? nextPid;
      // Others start programs too.
      if (birth.pid === undefined) nextPid += 1 + Math.floor(chance(pid) * 5);
      const ageMs = birth.ageMs ?? 0;
      const startedAt = timeline.wall() - ageMs;
      const ref = { pid, start: String(Math.round((startedAt - booted) / tickMs)) };
      const bornAt = timeline.now() - ageMs;
      living.set(pid, { ...birth, ref, bornAt, startedAt, stoppedMs: 0, isTold: false });
      return ref;
    },
    table: () => [...living.values()].map(each => seen(each, timeline.now())),
    originOf: pid => living.get(pid)?.origin,
    portsOf: pid => living.get(pid)?.ports ?? [],
    isThere: ref => find(ref) !== undefined,
    signal(ref, name) {
      const process = find(ref);
      if (process === undefined) return 'gone';
      if (process.uid !== undefined) return 'denied';
      switch (name) {
        case 'SIGKILL':
          die(ref.pid);
          break;
        case 'SIGSTOP':
          process.stoppedAt ??= timeline.now();
          break;
        case 'SIGCONT':
          goOn(process);
          break;
        case 'SIGTERM':
        case 'SIGUSR1':
          tellToEnd(process);
      }
      return 'sent';
    },
    hangUp(sid) {
      for (const process of [...living.values()])
        if ((process.sid ?? process.ref.pid) === sid) tellToEnd(process);
    },
    onDeath: (pid, then) => void mourners.set(pid, [...(mourners.get(pid) ?? []), then]),
    ranMs(pid) {
      const process = living.get(pid);
      return process === undefined ? 0 : ranMs(process);
    },
    idleMs(pid, paceMs) {
      const process = living.get(pid);
      if (process === undefined) return 0;
      const stoppedFor = timeline.now() - (process.stoppedAt ?? timeline.now());
      return stoppedFor + (ranMs(process) % paceMs);
    },
  };

  function seen(process: Living, now: number): Process {
    const { ref, argv, load, ppid, startedAt, stoppedAt, state } = process;
    const isStopped = stoppedAt !== undefined;
    const sid = process.sid ?? ref.pid;
    // Bursts rather than a steady hum.
    const busy = isStopped ? 0 : load.cpuPercent * wave(ref.pid, now, 5000) ** 2;
    const swing = 0.94 + 0.12 * wave(-ref.pid, stoppedAt ?? now, 15_000);
    const grown = ((load.growsBytes ?? 0) * ranMs(process)) / 1000;
    return {
      ...ref,
      ppid,
      pgid: sid,
      sid,
      tty: process.tty ?? 0,
      state: isStopped ? 'T' : (state ?? (busy > 30 ? 'R' : 'S')),
      threads: 1,
      startedAt,
      cpuPercent: Math.round(busy * 10) / 10,
      rssBytes: Math.round((load.rssBytes * swing + grown) / pageBytes) * pageBytes,
      uid: process.uid ?? 1000,
      name: process.name ?? (argv[0] ?? '').replace(/.*\//, '').slice(0, 15),
      argv,
    };
  }
}
