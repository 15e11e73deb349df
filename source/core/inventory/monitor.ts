/** The loop: looks that never overlap, a second one soon where a verdict has yet to settle. */

import type { Inventory, Snapshot } from '../model/model.ts';
import type { Sources } from '../ports/host.ts';
import { withSockets } from '../ports/sessions.ts';
import { classifySteps, type Knowledge } from './classify.ts';
import { emptyMemory, type Memory, secondPollMs } from './memory.ts';
import { observe } from './observe.ts';

export type Monitor = {
  /** One look. While one is under way, callers share it. */
  poll(): Promise<Snapshot>;
  /** A look of its own that also queries the tmux servers at these sockets. */
  pollWith(sockets: readonly string[]): Promise<Snapshot>;
  /** One look, and a second one where the first left a verdict open. */
  pollUntilSettled(): Promise<Snapshot>;
  /** Two looks, half a second apart at least: what bulk verbs act on must be the same in both. */
  pollTwice(): Promise<Snapshot>;
  /** What the last look read, unjudged. */
  inventory(): Inventory | undefined;
  /** Looks until the signal is aborted, `pace()` apart from start to start. */
  run(
    pace: () => Pace,
    onSnapshot: (snapshot: Snapshot) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
};

/** Time between looks, and whether to pause. */
export type Pace = {
  readonly intervalMs: number;
  readonly paused: boolean;
  readonly wake?: AbortSignal;
};

/** A little over the time that two agreeing looks must be apart. */
const secondLookDelayMs = secondPollMs + 20;
/** A look that takes longer than its interval still leaves the machine this much air. */
const shortestPauseMs = 20;

/** @param keepsSightings whether sessions of agents are written down: looking alone changes nothing. */
export function createMonitor(
  host: Sources,
  knowledge: Knowledge,
  keepsSightings = false,
): Monitor {
  let memory: Memory = emptyMemory;
  let pending: Promise<Snapshot> | undefined;
  let last: Inventory | undefined;

  const takeLook = async (sources: Sources) => {
    const inventory = await observe(sources, knowledge.recogniser);
    const steps = classifySteps(inventory, memory, knowledge, (processes, dismissed) =>
      host.processes.readDescriptors(processes, inventory.workspaces, dismissed),
    );
    let step = steps.next();
    while (!step.done) {
      await host.clock.yieldToEventLoop();
      step = steps.next();
    }
    memory = step.value.memory;
    if (keepsSightings) host.sightings.keep(step.value.sightings);
    last = inventory;
    return step.value.snapshot;
  };
  const observation = (sources: Sources = host): Promise<Snapshot> => {
    pending ??= takeLook(sources).finally(() => {
      pending = undefined;
    });
    return pending;
  };

  return {
    poll: () => observation(),
    async pollWith(sockets) {
      while (pending !== undefined) await pending;
      return observation(withSockets(host, sockets));
    },
    inventory: () => last,
    async pollUntilSettled() {
      const first = await observation();
      // A source that was silent once would only be waited for a second time.
      const isSilent = first.problems.some(problem => problem.unread);
      if (first.unsettled === 0 || isSilent) return first;
      await host.clock.sleep(secondLookDelayMs);
      return observation();
    },
    async pollTwice() {
      const first = await observation();
      if (first.problems.some(problem => problem.unread)) return first;
      await host.clock.sleep(secondLookDelayMs);
      return observation();
    },
    async run(pace, onSnapshot, signal) {
      while (!signal.aborted) {
        const { paused, wake } = pace();
        const started = host.clock.steadyNow();
        let soonMs = Number.POSITIVE_INFINITY;
        if (!paused) {
          const snapshot = await observation();
          if (signal.aborted) return;
          await onSnapshot(snapshot);
          if (snapshot.unsettled > 0) soonMs = secondLookDelayMs;
        }
        const waitMs = Math.min(soonMs, pace().intervalMs) - (host.clock.steadyNow() - started);
        const signals = [signal, ...(wake === undefined ? [] : [wake])];
        await host.clock.sleep(Math.max(shortestPauseMs, waitMs), AbortSignal.any(signals));
      }
    },
  };
}
