/** Reconcile for a screen that stays: the check runs with every look that changed something. */

import type { Monitor } from '../inventory/monitor.ts';
import { foreignWorkspace } from '../lifecycle/foreign.ts';
import type { Snapshot } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import { apply, type Report, type Survey, survey } from './reconcile.ts';
import { isEmpty, planReconcile, planSummary, type ReconcilePlan } from './reconcile-plan.ts';

export type Reconciler = {
  /** What a reconcile would change, in a few words. Writes nothing. */
  check(snapshot: Snapshot): string | undefined;
  survey(): Promise<Survey>;
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
    async survey() {
      const found = await survey(host, monitor, true);
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

/** Changes whenever a plan may have changed, and costs next to nothing. */
function keyOf({ totals, registries, problems, rows }: Snapshot): string {
  const counts = registries.map(each => [each.path, each.agents, each.recordedActive, each.ok]);
  const statuses = rows.map(row => `${row.class} ${row.key} ${row.status} ${row.processes.length}`);
  return JSON.stringify([totals.ghost, counts, problems.length, statuses]);
}
