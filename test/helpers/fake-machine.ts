/** The demo's made-up machine under a manual clock, without its story: processes that exit, refuse, fork
 * and come back as they are told. It records every signal that reached one. */

import type { Origin, Process } from '../../source/core/model/model.ts';
import type { Host } from '../../source/core/ports/host.ts';
import type { SignalName } from '../../source/core/ports/process-control.ts';
import { createRecogniser } from '../../source/core/programs/recognise.ts';
import { type EndEvent, end } from '../../source/core/termination/end.ts';
import { defaultPolicy } from '../../source/core/termination/policy.ts';
import { spareRules } from '../../source/core/termination/spare.ts';
import type { Ended } from '../../source/core/termination/target.ts';
import { hostOf } from '../../source/demo/host.ts';
import { createMachine } from '../../source/demo/machine.ts';
import { snapshotOf } from '../fixtures/snapshot.ts';
import { emptyHost } from './empty-host.ts';
import { now, process as processAt } from './inventory.ts';
import { manualClock } from './manual-clock.ts';

export type Habit = {
  /** Milliseconds from SIGTERM to its exit; without it SIGTERM is ignored. */
  readonly termMs?: number;
  /** Children it forks on SIGTERM. */
  readonly forks?: number;
  /** SIGKILL has no effect: it is blocked in the kernel. */
  readonly stuck?: boolean;
  /** Another process gets its number as soon as it exits. */
  readonly reused?: boolean;
};

export type Signalled = {
  readonly pid: number;
  readonly start: string;
  readonly signal: SignalName;
  readonly at: number;
};

/** @param given processes, with what each does when it is signalled. */
export function createFakeMachine(
  given: readonly (Process & { readonly habit?: Habit; readonly origin?: Origin })[] = [],
) {
  const { clock, pass } = manualClock(now);
  const machine = createMachine(clock);
  const { processes, timeline } = machine;
  const signals: Signalled[] = [];
  const strangers: number[] = [];
  const looks: (readonly Process[] | undefined)[] = [];
  const known = new Map<string, Habit & Pick<Process, 'sid'>>();
  let forked = 50_000;
  let unreadable = 0;
  const isStopped = (pid: number) =>
    processes.table().some(each => each.pid === pid && each.state === 'T');
  for (const { habit = {}, origin, ...process } of given) {
    const { pid, start, sid } = process;
    known.set(`${pid}@${start}`, { ...habit, sid });
    const beReplaced = () => {
      strangers.push(pid);
      const startedAt = clock.now();
      processes.spawn(processAt(pid, 1, 'vim notes', { start: `new${start}`, startedAt }));
    };
    const onExit = habit.reused ? beReplaced : undefined;
    processes.spawn({ ...process, state: 'S' }, { leavesMs: habit.termMs, origin, onExit });
    if (process.state === 'T') processes.signal(process, 'SIGSTOP');
  }
  const made = hostOf(machine, clock);
  const host: Host = {
    ...made,
    machine: { host: 'h', bootId: 'boot', uid: 1000, pid: 99_999 },
    registryStore: emptyHost.registryStore,
    workspaceFiles: emptyHost.workspaceFiles,
    deployJournal: emptyHost.deployJournal,
    shutdownJournal: emptyHost.shutdownJournal,
    processes: {
      ...made.processes,
      async read() {
        pass(1);
        const read = await made.processes.read();
        const isHidden = unreadable > 0;
        if (isHidden) unreadable--;
        looks.push(isHidden || !read.ok ? undefined : read.value);
        return isHidden ? { ok: false, reason: 'hidden' } : read;
      },
    },
    control: {
      ...made.control,
      signal(process, signal) {
        timeline.catchUp();
        if (!processes.isThere(process)) return 'gone';
        const { pid, start } = process;
        signals.push({ pid, start, signal, at: clock.steadyNow() });
        const { stuck = false, forks = 0, sid } = known.get(`${pid}@${start}`) ?? {};
        if (signal === 'SIGTERM' && !isStopped(pid))
          for (let count = 0; count < forks; count++)
            processes.spawn(processAt(forked++, pid, 'forked', { startedAt: clock.now(), sid }));
        return stuck && signal === 'SIGKILL' ? 'sent' : made.control.signal(process, signal);
      },
    },
  };
  const recogniser = createRecogniser();
  return {
    ...machine,
    host,
    pass,
    signals,
    strangers,
    looks,
    table: processes.table,
    recogniser,
    /** Ends these. @param on a host with other ports. @returns every event. */
    async end(targets: readonly Ended[], { policy = defaultPolicy, on = host } = {}) {
      const keys = new Set(targets.map(({ key }) => key));
      const spare = spareRules({
        processes: processes.table(),
        machine: host.machine,
        snapshot: snapshotOf([]),
        targets: keys,
        kindOf: recogniser,
      });
      const events: EndEvent[] = [];
      const options = { policy, reason: 'test', spare, recogniser };
      for await (const event of end(on, targets, options)) events.push(event);
      return {
        events,
        results: events.flatMap(event => (event.kind === 'ended' ? [event.result] : [])),
      };
    },
    isStopped,
    /** The next polls of the process table fail. */
    hide: (count: number) => {
      unreadable = count;
    },
  };
}
