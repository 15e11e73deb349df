/** Reconcile for the interactive screen; the check runs after every poll that changed something. */

import { foreignWorkspace } from '../lifecycle/elsewhere.ts';
import type { Snapshot } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import { apply, type Preview, preview, unreadIn } from './reconcile.ts';
import { isEmpty, planReconcile, planSummary, type ReconcilePlan } from './reconcile-plan.ts';

export type Reconciler = ReturnType<typeof createReconciler>;

export function createReconciler(tools: Pick<CommandTools, 'host' | 'monitor' | 'lockWaitMs'>) {
  const { monitor } = tools;
  let checked: { readonly key: string; readonly drift: string | undefined } | undefined;
  return {
    /** Summary of what reconcile would change, `undefined` if nothing. Writes nothing. */
    check(snapshot: Snapshot) {
      const key = keyOf(snapshot);
      if (checked?.key !== key) checked = { key, drift: driftOf(snapshot) };
      return checked.drift;
    },
    async preview(): Promise<Preview> {
      const found = await preview(tools, true);
      const foreign = foreignWorkspace(monitor);
      return foreign === undefined ? found : { kind: 'unreadable', reasons: [foreign] };
    },
    apply: (plan: ReconcilePlan) => apply(tools, plan),
  };

  function driftOf(snapshot: Snapshot): string | undefined {
    if (unreadIn(snapshot).length > 0) return undefined;
    const plan = planReconcile(monitor.inventory()?.registries ?? [], snapshot, snapshot);
    return isEmpty(plan) ? undefined : planSummary(plan);
  }
}

/** Cache key that changes whenever the plan may have changed. */
function keyOf({ totals, registries, problems, rows }: Snapshot): string {
  const counts = registries.map(each => [each.path, each.agents, each.recordedActive, each.ok]);
  const statuses = rows.map(row => `${row.class} ${row.key} ${row.status} ${row.processes.length}`);
  return JSON.stringify([totals.ghost, counts, problems.length, statuses]);
}
