/** Termination for the interactive screen: plans from the shown snapshot, several terminations at a time. */

import type { Monitor } from '../inventory/monitor.ts';
import type { Row, Snapshot } from '../model/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { Host } from '../ports/host.ts';
import type { Recogniser } from '../programs/recognise.ts';
import type { EndEvent } from './end.ts';
import { type EndPlan, planEnd } from './end-plan.ts';
import { withPorts } from './frees.ts';
import { withFiles } from './planned-files.ts';
import type { Policy } from './policy.ts';
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

export type EnderOptions = {
  readonly policy: Policy;
  readonly reason?: string;
  readonly lockWaitMs: number;
  /** Programs that are never signalled, by exact name. */
  readonly spareNames: readonly string[];
  /** Aborted by a second SIGINT or SIGTERM to vigil. */
  readonly escalateNow: AbortSignal;
};

export function createEnder(
  host: Host,
  monitor: Monitor,
  recogniser: Recogniser,
  options: EnderOptions,
): Ender {
  const escalating = new AbortController();
  const { policy } = options;
  const planOf = (snapshot: Snapshot, rows: readonly Row[]) => {
    const inventory = monitor.inventory();
    if (inventory?.processes.ok !== true) return undefined;
    // An interactive agent needs its own confirmation, so among others it does not count as named.
    const isInteractiveOnly = rows.every(row => row.class === 'interactive');
    const wanted = rows.map(row => ({
      row,
      isNamed: isInteractiveOnly || row.class !== 'interactive',
    }));
    return planEnd(snapshot, inventory, wanted, { recogniser, spareNames: options.spareNames });
  };
  return {
    clock: host.clock,
    readOnlyReason: host.readOnlyReason,
    plan(snapshot, rows) {
      const plan = planOf(snapshot, rows);
      if (plan === undefined) return undefined;
      return withFiles(
        withPorts(plan, host.processes),
        monitor.inventory()?.registries ?? [],
        host.agentFiles,
      );
    },
    run(plan, force, onEvent) {
      return runTermination(host, plan, {
        ...options,
        reason: options.reason ?? endReason,
        policy: { ...policy, force },
        recogniser,
        escalateNow: AbortSignal.any([escalating.signal, options.escalateNow]),
        onEvent,
      });
    },
    freeze(snapshot, rows) {
      if (host.readOnlyReason !== undefined) return host.readOnlyReason;
      const plan = planOf(snapshot, rows);
      const inventory = monitor.inventory();
      if (plan === undefined || inventory?.processes.ok !== true)
        return 'the process table could not be read';
      const panes = inventory.servers.flatMap(({ reading }) => (reading.ok ? reading.value : []));
      const isResumed = resumedByTmux(
        inventory.processes.value,
        new Set(panes.filter(pane => !pane.dead).map(pane => pane.panePid)),
        process => recogniser(process).kind === 'tmux server',
      );
      return freezeOrThaw(host, plan, rows, isResumed);
    },
    escalateNow: () => escalating.abort(),
  };
}
