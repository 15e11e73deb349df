/** Reconcile for the interactive screen. */

import { foreignWorkspace } from '../lifecycle/elsewhere.ts';
import type { RegistryReading, Snapshot } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import { mergeRegistries } from '../registry/merge.ts';
import { apply, type Preview, preview, unreadIn } from './reconcile.ts';
import type { ReconcilePlan } from './reconcile-plan.ts';

export type Reconciler = ReturnType<typeof createReconciler>;

export function createReconciler(tools: Pick<CommandTools, 'host' | 'monitor' | 'lockWaitMs'>) {
  const { monitor } = tools;
  return {
    /** Number of active entries that reconcile would close: the rest is bookkeeping. Runs after every poll, so it
     * makes no plan. */
    deadEntries(snapshot: Snapshot): number {
      if (unreadIn(snapshot).length > 0) return 0;
      const ghosts = new Set(
        snapshot.rows.filter(row => row.class === 'ghost').map(({ key }) => key),
      );
      if (ghosts.size === 0) return 0;
      const records = mergeRegistries(monitor.inventory()?.registries ?? []);
      // Invalid entries are shown, never changed.
      const isOwn = ({ workspace }: RegistryReading) => snapshot.workspaces.includes(workspace);
      return records.filter(
        ({ key, hasFaults, registries }) => !hasFaults && ghosts.has(key) && registries.some(isOwn),
      ).length;
    },
    async preview(): Promise<Preview> {
      const found = await preview(tools, true);
      const foreign = foreignWorkspace(monitor);
      return foreign === undefined ? found : { kind: 'unreadable', reasons: [foreign] };
    },
    apply: (plan: ReconcilePlan) => apply(tools, plan),
  };
}
