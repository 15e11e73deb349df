/** Termination for the interactive screen: plans from the shown snapshot, several terminations at a time. */

import type { Row, Snapshot } from '../model/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import type { EndEvent } from './end.ts';
import { type EndPlan, planEnd } from './end-plan.ts';
import { displayedPlan } from './planned-files.ts';
import { type EndReport, endReason, runTermination } from './run-plan.ts';
import { freezeOrThaw, resumedByTmux } from './standstill.ts';

export type Ender = {
  /** Fixed at the key press: identities from the last poll, never row numbers. */
  plan(snapshot: Snapshot, rows: readonly Row[]): EndPlan | undefined;
  run(plan: EndPlan, force: boolean, onEvent: (event: EndEvent) => void): Promise<EndReport>;
  /** Sends SIGSTOP to all members if one is running, otherwise SIGCONT. @returns a summary with the
   * processes that were skipped. */
  freeze(snapshot: Snapshot, rows: readonly Row[]): string;
  /** Why nothing may be terminated; `undefined` unless read-only. */
  readonly readOnlyReason?: string;
  /** Escalates all running terminations to SIGKILL. */
  escalateNow(): void;
  /** The clock that stage deadlines refer to. */
  readonly clock: Clock;
};

export function createEnder(tools: CommandTools & { readonly reason?: string }): Ender {
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
    clock: host.clock,
    readOnlyReason: host.readOnlyReason,
    plan(snapshot, rows) {
      const planned = planOf(snapshot, rows);
      return planned && displayedPlan(planned.plan, host);
    },
    run(plan, force, onEvent) {
      const reason = tools.reason ?? endReason;
      const forced = { ...tools, policy: { ...policy, force }, escalateNow };
      return runTermination(host, plan, { ...forced, reason, onEvent });
    },
    freeze(snapshot, rows) {
      if (host.readOnlyReason !== undefined) return host.readOnlyReason;
      const planned = planOf(snapshot, rows);
      if (planned === undefined) return 'the process table could not be read';
      const resumed = resumedByTmux(planned.inventory, recogniser);
      return freezeOrThaw(host, planned.plan, rows, resumed);
    },
    escalateNow: () => escalating.abort(),
  };
}
