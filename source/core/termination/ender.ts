/** Endings for a screen that stays: plans from what it shows, several endings at a time. */

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
import { type EndReport, endReason, runEnding } from './run-plan.ts';
import { freezeOrThaw, wokenByTmux } from './standstill.ts';

export type Ender = {
  /** Frozen at the key press: identities of the last look, never row numbers. */
  plan(snapshot: Snapshot, rows: readonly Row[]): EndPlan | undefined;
  run(plan: EndPlan, force: boolean, onEvent: (event: EndEvent) => void): Promise<EndReport>;
  /** SIGSTOP to all members where one runs, else SIGCONT to all. @returns what was done to whom, and to
   * whom it was not. */
  freeze(snapshot: Snapshot, rows: readonly Row[]): string;
  /** Why nothing can be ended here; nothing where it can. */
  readonly lookOnly?: string;
  /** No more patience: SIGKILL to whoever is being ended. */
  hurry(): void;
  /** The clock that the stages of an ending count on. */
  readonly clock: Clock;
};

export type EnderOptions = {
  readonly policy: Policy;
  readonly reason?: string;
  readonly lockWaitMs: number;
  /** Programs that are never signalled. */
  readonly spareNames: readonly string[];
  /** From outside: a second signal. */
  readonly hurry: AbortSignal;
};

export function createEnder(
  host: Host,
  monitor: Monitor,
  recogniser: Recogniser,
  options: EnderOptions,
): Ender {
  const hurrying = new AbortController();
  const { policy } = options;
  const planOf = (snapshot: Snapshot, rows: readonly Row[]) => {
    const inventory = monitor.inventory();
    if (inventory?.processes.ok !== true) return undefined;
    // A person's agent has a confirmation of its own: among others it is not named.
    const isOwn = rows.every(row => row.class === 'interactive');
    const wanted = rows.map(row => ({ row, isNamed: isOwn || row.class !== 'interactive' }));
    return planEnd(snapshot, inventory, wanted, { recogniser, spareNames: options.spareNames });
  };
  return {
    clock: host.clock,
    lookOnly: host.lookOnly,
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
      return runEnding(host, plan, {
        ...options,
        reason: options.reason ?? endReason,
        policy: { ...policy, force },
        recogniser,
        hurry: AbortSignal.any([hurrying.signal, options.hurry]),
        onEvent,
      });
    },
    freeze(snapshot, rows) {
      if (host.lookOnly !== undefined) return host.lookOnly;
      const plan = planOf(snapshot, rows);
      const inventory = monitor.inventory();
      if (plan === undefined || inventory?.processes.ok !== true)
        return 'the process table could not be read';
      const panes = inventory.servers.flatMap(({ reading }) => (reading.ok ? reading.value : []));
      const isWoken = wokenByTmux(
        inventory.processes.value,
        new Set(panes.filter(pane => !pane.dead).map(pane => pane.panePid)),
        process => recogniser(process).kind === 'tmux server',
      );
      return freezeOrThaw(host, plan, rows, isWoken);
    },
    hurry: () => hurrying.abort(),
  };
}
