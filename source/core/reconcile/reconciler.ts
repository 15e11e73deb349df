/** Reconcile for the interactive screen; the check runs after every poll that changed something. */

import type { Monitor } from '../inventory/monitor.ts';
import { foreignWorkspace } from '../lifecycle/foreign.ts';
import type { Snapshot } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import { apply, type Preview, preview, type Report } from './reconcile.ts';
import { isEmpty, planReconcile, planSummary, type ReconcilePlan } from './reconcile-plan.ts';

export type Reconciler = {
  /** Summary of what reconcile would change, `undefined` if nothing. Writes nothing. */
  check(snapshot: Snapshot): string | undefined;
  preview(): Promise<Preview>;
  apply(plan: ReconcilePlan): Promise<Report>;
};

export function createReconciler(host: Host, monitor: Monitor, lockWaitMs: number): Reconciler {
  let checked: { readonly key: string; readonly drift: string | undefined } | undefined;
  return {
    check(snapshot) {
      const key = keyOf(snapshot);
      if (checked?.key !== key) checked = { key, drift: driftOf(snapshot) };
      return checked.drift;
    },
    async preview() {
      const found = await preview(host, monitor, true);
      const foreign = foreignWorkspace(monitor);
      return foreign === undefined ? found : { kind: 'unreadable', reasons: [foreign] };
    },
    apply: plan => apply(host, plan, monitor.inventory()?.registries ?? [], lockWaitMs),
  };

  function driftOf(snapshot: Snapshot): string | undefined {
    if (snapshot.problems.some(problem => problem.unread)) return undefined;
    const ghosts = snapshot.rows.filter(row => row.class === 'ghost').map(row => row.key);
    const plan = planReconcile(monitor.inventory()?.registries ?? [], snapshot, new Set(ghosts));
    return isEmpty(plan) ? undefined : planSummary(plan);
  }
}

/** Cache key that changes whenever the plan may have changed. */
function keyOf({ totals, registries, problems, rows }: Snapshot): string {
  const counts = registries.map(each => [each.path, each.agents, each.recordedActive, each.ok]);
  const statuses = rows.map(row => `${row.class} ${row.key} ${row.status} ${row.processes.length}`);
  return JSON.stringify([totals.ghost, counts, problems.length, statuses]);
}
