/** A made-up machine with a manual clock: processes that die, refuse, fork and come back as they are told.
 * It notes every signal, and what the process was when it got it. */

import type { Process } from '../../source/core/model/model.ts';
import type { Host } from '../../source/core/ports/host.ts';
import type { SignalName } from '../../source/core/ports/process-control.ts';
import { createRecogniser } from '../../source/core/programs/recognise.ts';
import { emptyHost } from './empty-host.ts';
import { process as processAt } from './inventory.ts';

export type Habit = {
  /** Milliseconds from SIGTERM to death; without one it ignores SIGTERM. */
  readonly termMs?: number;
  /** Children it forks when it gets SIGTERM. */
  readonly forks?: number;
  /** SIGKILL does nothing: it waits in the kernel. */
  readonly stuck?: boolean;
  /** The number goes to somebody else as soon as it dies. */
  readonly reused?: boolean;
};

export type Signalled = {
  readonly pid: number;
  readonly start: string;
  readonly signal: SignalName;
  readonly at: number;
};

type Living = Process & { readonly habit: Habit; diesAt?: number; stopped: boolean };

export function createFakeMachine(processes: readonly (Process & { readonly habit: Habit })[]) {
  let time = 1_000_000;
  let nextPid = 50_000;
  const living = new Map<number, Living>(
    processes.map(each => [each.pid, { ...each, stopped: each.state === 'T' }]),
  );
  const signals: Signalled[] = [];
  const strangers: number[] = [];
  const looks: (readonly Process[] | undefined)[] = [];
  let unreadable = 0;
  const bury = () => {
    for (const process of [...living.values()])
      if (process.diesAt !== undefined && process.diesAt <= time && !process.stopped) die(process);
  };
  const die = (process: Living) => {
    living.delete(process.pid);
    for (const child of living.values())
      if (child.ppid === process.pid) living.set(child.pid, { ...child, ppid: 1 });
    if (process.habit.reused !== true) return;
    strangers.push(process.pid);
    const stranger = processAt(process.pid, 1, 'vim notes', {
      start: `new${process.start}`,
      startedAt: time,
    });
    living.set(process.pid, { ...stranger, habit: {}, stopped: false });
  };
  const table = (): readonly Process[] =>
    [...living.values()].map(({ habit: _habit, diesAt: _dies, stopped, ...process }) => ({
      ...process,
      state: stopped ? 'T' : process.state,
    }));
  const deliver = (process: Living, signal: SignalName) => {
    const { habit } = process;
    if (signal === 'SIGKILL') {
      if (habit.stuck !== true) die(process);
    } else if (signal === 'SIGSTOP') process.stopped = true;
    else if (signal === 'SIGCONT') process.stopped = false;
    else if (signal === 'SIGTERM') {
      if (habit.termMs !== undefined) process.diesAt = time + habit.termMs;
      for (let count = 0; count < (habit.forks ?? 0) && !process.stopped; count++) {
        const pid = nextPid++;
        const child = processAt(pid, process.pid, 'forked', { startedAt: time, sid: process.sid });
        living.set(pid, { ...child, habit: {}, stopped: false });
      }
    }
  };
  const host: Host = {
    ...emptyHost,
    clock: {
      now: () => 1_700_000_000_000 + time,
      steadyNow: () => time,
      sleep: async ms => {
        time += Math.max(1, ms);
        bury();
      },
      yieldToEventLoop: async () => undefined,
    },
    processes: {
      ...emptyHost.processes,
      async read() {
        time += 1;
        bury();
        if (unreadable > 0) {
          unreadable--;
          looks.push(undefined);
          return { ok: false, reason: 'hidden' };
        }
        looks.push(table());
        return { ok: true, value: table() };
      },
    },
    agentFiles: {
      ...emptyHost.agentFiles,
      remove: () => ({ ok: true, value: false }),
      archive: () => ({ ok: true, value: false }),
      has: () => ({ ok: true, value: false }),
    },
    control: {
      hold: () => [],
      release: () => undefined,
      isSame: () => true,
      signal({ pid, start }, signal) {
        bury();
        const process = living.get(pid);
        if (process?.start !== start) return 'gone';
        signals.push({ pid, start, signal, at: time });
        deliver(process, signal);
        return 'sent';
      },
    },
    sessions: { ...emptyHost.sessions, kill: async () => ({ ok: true, value: true }) },
    killJournal: {
      record: () => undefined,
      recordStages: () => undefined,
      recordStopped: () => true,
      release: () => undefined,
      warnings: () => [],
    },
    auditLog: { write: () => undefined, warnings: () => [] },
  };
  return {
    host,
    signals,
    strangers,
    looks,
    table,
    recogniser: createRecogniser(),
    isStopped: (pid: number) => living.get(pid)?.stopped === true,
    /** The next looks of the process table fail. */
    hide: (count: number) => {
      unreadable = count;
    },
  };
}
