/** Reconcile for the interactive screen; the check runs after every poll that changed something. */

import { foreignWorkspace } from '../lifecycle/elsewhere.ts';
import type { Snapshot } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import { apply, type Preview, preview, unreadIn } from './reconcile.ts';
import { planReconcile, type ReconcilePlan } from './reconcile-plan.ts';

export type Reconciler = ReturnType<typeof createReconciler>;

export function createReconciler(tools: Pick<CommandTools, 'host' | 'monitor' | 'lockWaitMs'>) {
  const { monitor } = tools;
  let checked: { readonly key: string; readonly dead: number } | undefined;
  return {
    /** Number of active entries that reconcile would close: the rest is bookkeeping. Writes nothing. */
    check(snapshot: Snapshot) {
      const key = keyOf(snapshot);
      if (checked?.key !== key) checked = { key, dead: deadIn(snapshot) };
      return checked.dead;
    },
    async preview(): Promise<Preview> {
      const found = await preview(tools, true);
      const foreign = foreignWorkspace(monitor);
      return foreign === undefined ? found : { kind: 'unreadable', reasons: [foreign] };
    },
    apply: (plan: ReconcilePlan) => apply(tools, plan),
  };

  function deadIn(snapshot: Snapshot): number {
    if (unreadIn(snapshot).length > 0) return 0;
    const plan = planReconcile(monitor.inventory()?.registries ?? [], snapshot, snapshot);
    const changes = plan.places.flatMap(place => place.changes);
    return changes.filter(({ kind }) => kind === 'close').length;
  }
}

/** Cache key that changes whenever the plan may have changed. */
function keyOf({ totals, registries, problems, rows }: Snapshot): string {
  const counts = registries.map(each => [each.path, each.agents, each.recordedActive, each.ok]);
  const statuses = rows.map(row => `${row.class} ${row.key} ${row.status} ${row.processes.length}`);
  return JSON.stringify([totals.ghost, counts, problems.length, statuses]);
}
