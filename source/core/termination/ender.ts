/** Termination for the interactive screen: plans from the shown snapshot, several terminations at a time. */

import type { Row, Snapshot } from '../model/model.ts';
import type { SignalName } from '../model/signal-names.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import type { EndEvent } from './end.ts';
import { type EndPlan, planEnd } from './end-plan.ts';
import { endReason } from './end-reason.ts';
import { displayedPlan } from './planned-files.ts';
import { pollFor } from './poll-for.ts';
import { type EndReport, runTermination } from './run-plan.ts';
import { sendSignal } from './send-signal.ts';
import { freezeOrThaw, resumedByTmux } from './standstill.ts';
import { wantedOf } from './supervisors.ts';
import type { EndTarget } from './target.ts';

/** @property reason typed for this one; else that of the command line. */
type Manner = { readonly force: boolean; readonly reason?: string };

const unread = 'the process table could not be read';

export type Ender = ReturnType<typeof createEnder>;

export function createEnder(tools: CommandTools & { readonly reason?: string }) {
  const { host, monitor, recogniser, policy } = tools;
  const escalating = new AbortController();
  const escalateNow = AbortSignal.any([
    escalating.signal,
    ...(tools.escalateNow === undefined ? [] : [tools.escalateNow]),
  ]);
  const planOf = (snapshot: Snapshot, rows: readonly Row[]) => {
    const inventory = monitor.inventory();
    if (inventory?.processes.ok !== true) return undefined;
    // An interactive agent needs its own confirmation, so among others it does not count as named.
    const isInteractiveOnly = rows.every(row => row.class === 'interactive');
    const wanted = rows.map(row => ({
      row,
      isNamed: isInteractiveOnly || row.class !== 'interactive',
    }));
    return { inventory, plan: planEnd(snapshot, inventory, wanted, tools) };
  };
  return {
    /** The clock that stage deadlines refer to. */
    clock: host.clock,
    /** Why nothing may be terminated; `undefined` unless read-only. */
    readOnlyReason: host.readOnlyReason,
    /** Fixed at the key press: identities from the last poll, never row numbers. */
    plan(snapshot: Snapshot, rows: readonly Row[]) {
      const planned = planOf(snapshot, rows);
      return planned && displayedPlan(planned.plan, host);
    },
    /** The plan that ends what has started ended agents anew; undefined if nothing has, or it cannot be ended. */
    async planSupervisors({ ends }: EndReport): Promise<EndPlan | undefined> {
      const restarts = ends.flatMap(each => each.restarts);
      if (restarts.length === 0) return undefined;
      const snapshot = await monitor.poll();
      const inventory = monitor.inventory();
      if (inventory?.processes.ok !== true) return undefined;
      const plan = planEnd(snapshot, inventory, wantedOf(restarts, snapshot, inventory), tools);
      const isEnded = ({ refused, members }: EndTarget) =>
        refused === undefined && members.length > 0;
      const supervisors = new Set(restarts.map(({ by }) => by.pid));
      const isSupervisor = ({ members }: EndTarget) =>
        members.some(({ pid }) => supervisors.has(pid));
      return plan.targets.some(each => isEnded(each) && isSupervisor(each))
        ? displayedPlan(plan, host)
        : undefined;
    },
    run(plan: EndPlan, how: Manner, onEvent: (event: EndEvent) => void) {
      const { force, reason = tools.reason ?? endReason } = how;
      const forced = { ...tools, policy: { ...policy, force }, escalateNow };
      return runTermination(host, plan, { ...forced, reason, onEvent, key: force ? 'X' : 'x' });
    },
    /** Sends SIGSTOP to all members if one is running, otherwise SIGCONT. @returns a summary with the
     * processes that were skipped. */
    async freeze(snapshot: Snapshot, rows: readonly Row[]) {
      if (host.readOnlyReason !== undefined) return host.readOnlyReason;
      const planned = planOf(snapshot, rows);
      if (planned === undefined) return unread;
      const { inventory, plan } = planned;
      // The last poll may have been before the freeze that is to be undone, and before the newest children.
      const { table, origins } = await pollFor(
        host.processes,
        plan.targets,
        recogniser,
        inventory.takenAt,
      );
      if (table === undefined) return unread;
      const resumed = resumedByTmux(inventory, recogniser);
      return freezeOrThaw(host, plan, { table, origins }, resumed);
    },
    /** The plan of a signal, with the pids that tmux would resume. */
    planSignal(snapshot: Snapshot, rows: readonly Row[]) {
      const planned = planOf(snapshot, rows);
      if (planned === undefined) return undefined;
      const resumed = resumedByTmux(planned.inventory, recogniser);
      return { plan: displayedPlan(planned.plan, host), resumed };
    },
    /** @returns a summary, with the processes that got none. */
    signal: (plan: EndPlan, signal: SignalName) =>
      sendSignal(host, plan, { signal, reason: tools.reason, key: 'S' }),
    /** Escalates all running terminations to SIGKILL. */
    escalateNow: () => escalating.abort(),
  };
}
