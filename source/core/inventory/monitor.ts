/** The poll loop: polls never overlap, and a second one follows soon while a verdict has yet to settle. */

import type { Inventory, Snapshot } from '../model/model.ts';
import type { Sources } from '../ports/host.ts';
import { withSockets } from '../ports/sessions.ts';
import { createClassifier } from './classifier.ts';
import type { Knowledge } from './classify.ts';
import { secondPollMs } from './memory.ts';
import { observe } from './observe.ts';
import { repeatedSources } from './repeated-sources.ts';
import { withRowPorts } from './row-ports.ts';

export type Monitor = {
  /** Polls once, and asks every source. Concurrent callers share the running poll. */
  poll(): Promise<Snapshot>;
  /** A separate poll that also queries the tmux servers at these sockets. */
  pollWith(sockets: readonly string[]): Promise<Snapshot>;
  /** Polls once, and again if a verdict is still open. */
  pollUntilSettled(): Promise<Snapshot>;
  /** Two polls at least half a second apart: bulk commands act only on rows that agree in both. */
  pollTwice(): Promise<Snapshot>;
  /** Adds to each row the ports that its processes listen on, which a poll does not read. */
  withPorts(snapshot: Snapshot): Promise<Snapshot>;
  /** Raw inventory of the last poll. */
  inventory(): Inventory | undefined;
  /** Polls until the signal is aborted, `pace()` apart from start to start. A tmux server that has not run since its
   * last answer is not asked again in each of them. */
  run(
    pace: () => Pace,
    onSnapshot: (snapshot: Snapshot) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
};

/** Time between polls, and whether to pause. */
export type Pace = {
  readonly intervalMs: number;
  readonly paused: boolean;
  readonly wake?: AbortSignal;
};

/** A little over the time that two agreeing polls must be apart. */
const secondPollDelayMs = secondPollMs + 20;
/** Minimum pause after a poll that took longer than its interval. */
const shortestPauseMs = 20;

/** @param keepsSightings whether to store sessions of agents: read-only commands write nothing. */
export function createMonitor(
  host: Sources,
  knowledge: Knowledge,
  keepsSightings = false,
): Monitor {
  const classifier = createClassifier(knowledge);
  let pending: { readonly poll: Promise<Snapshot>; readonly isRepeated: boolean } | undefined;
  let last: Inventory | undefined;

  const pollOnce = async (sources: Sources) => {
    const inventory = await observe(sources, knowledge.recogniser);
    const steps = classifier.steps(inventory, (processes, dismissed) =>
      host.processes.readDescriptors(processes, inventory.workspaces, dismissed),
    );
    let step = steps.next();
    while (!step.done) {
      await host.clock.yieldToEventLoop();
      step = steps.next();
    }
    if (keepsSightings) host.sightings.keep(step.value.sightings);
    last = inventory;
    return step.value.snapshot;
  };
  const begun = (sources: Sources, isRepeated: boolean): Promise<Snapshot> => {
    const poll = pollOnce(sources).finally(() => {
      pending = undefined;
    });
    pending = { poll, isRepeated };
    return poll;
  };
  const observation = async (): Promise<Snapshot> => {
    while (pending?.isRepeated) await pending.poll;
    return pending?.poll ?? begun(host, false);
  };
  const repeated = repeatedSources(host);

  return {
    poll: () => observation(),
    async pollWith(sockets) {
      while (pending !== undefined) await pending.poll;
      return begun(withSockets(host, sockets), false);
    },
    withPorts: snapshot => withRowPorts(snapshot, host),
    inventory: () => last,
    async pollUntilSettled() {
      const first = await observation();
      // A source that timed out once would only be waited for again.
      const isSilent = first.problems.some(problem => problem.unread);
      if (first.unsettled === 0 || isSilent) return first;
      await host.clock.sleep(secondPollDelayMs);
      return observation();
    },
    async pollTwice() {
      const first = await observation();
      if (first.problems.some(problem => problem.unread)) return first;
      await host.clock.sleep(secondPollDelayMs);
      return observation();
    },
    async run(pace, onSnapshot, signal) {
      const joined = joinedWith(signal);
      while (!signal.aborted) {
        const { paused, wake } = pace();
        const started = host.clock.steadyNow();
        let soonMs = Number.POSITIVE_INFINITY;
        if (!paused) {
          const snapshot = await (pending?.poll ?? begun(repeated, true));
          if (signal.aborted) return;
          await onSnapshot(snapshot);
          if (snapshot.unsettled > 0) soonMs = secondPollDelayMs;
        }
        const waitMs = Math.min(soonMs, pace().intervalMs) - (host.clock.steadyNow() - started);
        await host.clock.sleep(Math.max(shortestPauseMs, waitMs), joined(wake));
      }
    },
  };
}

/** One signal for each `wake`, not for each wait: a signal that lives as long as the screen keeps something of
 * every signal that it was joined to. */
function joinedWith(signal: AbortSignal) {
  let last: { readonly wake: AbortSignal; readonly both: AbortSignal } | undefined;
  return (wake: AbortSignal | undefined) => {
    if (wake === undefined) return signal;
    if (last?.wake !== wake) last = { wake, both: AbortSignal.any([signal, wake]) };
    return last.both;
  };
}
