/** Making the registries agree with the machine: two looks, a plan, and its changes under the locks. */

import { secondPollMs } from '../inventory/memory.ts';
import type { Monitor } from '../inventory/monitor.ts';
import type { RegistryReading, Snapshot } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import { failureClause, type RegistryFile, type RegistryStore } from '../ports/registry-store.ts';
import { lossesOf } from './loss.ts';
import { mend, type Outcome } from './mend.ts';
import { isEmpty, type Place, planReconcile, type ReconcilePlan } from './reconcile-plan.ts';

/** What a survey found, or why there is nothing to be changed on its evidence. */
export type Survey =
  | { readonly kind: 'planned'; readonly plan: ReconcilePlan }
  /** A source could not be read: without evidence no change. */
  | { readonly kind: 'unreadable'; readonly reasons: readonly string[] }
  /** A registry lost most of its entries. */
  | { readonly kind: 'lost'; readonly reasons: readonly string[] };

export type Failure = { readonly path: string; readonly reason: string };

export type Report = {
  readonly outcomes: readonly Outcome[];
  readonly failures: readonly Failure[];
  /** Registries that got a new text. */
  readonly written: readonly string[];
  /** Directories of the backups made before. */
  readonly backups: readonly string[];
  readonly durationMs: number;
};

/** Two looks at least half a second apart; only what both had as a ghost is one.
 * @param mayWrite finish writes that a killed vigil began first. */
export async function survey(
  host: Pick<Host, 'clock' | 'registries' | 'registryStore'>,
  monitor: Pick<Monitor, 'poll' | 'pollUntilSettled' | 'inventory'>,
  mayWrite: boolean,
): Promise<Survey> {
  if (mayWrite) {
    const { registries } = await host.registries.read();
    await host.registryStore.recover(filesOf(registries));
  }
  const first = await monitor.pollUntilSettled();
  if (unreadIn(first).length > 0) return { kind: 'unreadable', reasons: unreadIn(first) };
  // The clocks of two looks may differ by less than the wait: a little more than the distance.
  await host.clock.sleep(secondPollMs + 20);
  const last = await monitor.poll();
  if (unreadIn(last).length > 0) return { kind: 'unreadable', reasons: unreadIn(last) };
  const registries = monitor.inventory()?.registries ?? [];
  const losses = await lossesIn(host.registryStore, registries);
  if (losses.length > 0) return { kind: 'lost', reasons: losses };
  return { kind: 'planned', plan: planReconcile(registries, last, ghostsOf(first)) };
}

function unreadIn(snapshot: Snapshot): string[] {
  return snapshot.problems.filter(problem => problem.unread).map(problem => problem.message);
}

function ghostsOf(snapshot: Snapshot): ReadonlySet<string> {
  return new Set(snapshot.rows.filter(row => row.class === 'ghost').map(row => row.key));
}

async function lossesIn(
  store: Pick<RegistryStore, 'backups'>,
  registries: readonly RegistryReading[],
): Promise<string[]> {
  const workspaces = [...new Set(registries.map(registry => registry.workspace))];
  const backups = await Promise.all(workspaces.map(each => store.backups(each)));
  return lossesOf(registries, backups.flat());
}

/** Makes the plan's changes, task by task, each checked again under the locks. */
export async function apply(
  host: Pick<Host, 'clock' | 'registryStore'>,
  plan: ReconcilePlan,
  registries: readonly RegistryReading[],
  waitMs: number,
): Promise<Report> {
  const startedAt = host.clock.steadyNow();
  const outcomes: Outcome[] = [];
  const failures: Failure[] = [];
  const written: string[] = [];
  const backups: string[] = [];
  const places = plan.places.filter(place => !isEmpty({ ...plan, places: [place] }));
  for (const workspace of new Set(places.map(place => place.workspace))) {
    const own = filesOf(registries.filter(registry => registry.workspace === workspace));
    const backup = await host.registryStore.backUp(workspace, own, 'reconcile', waitMs);
    if (!backup.ok) {
      failures.push({ path: workspace, reason: backup.reason });
      const own = places.filter(place => place.workspace === workspace);
      for (const change of own.flatMap(place => place.changes))
        outcomes.push({ change, left: 'no backup could be made' });
      continue;
    }
    backups.push(backup.value.path);
    for (const place of places.filter(each => each.workspace === workspace)) {
      let made: readonly Outcome[] = [];
      const result = await host.registryStore.update({
        files: lockedFor(place),
        waitMs,
        mutate: documents => {
          const mended = mend(documents, place.changes, plan.takenAt);
          made = mended.outcomes;
          return mended.files;
        },
      });
      if (result.kind === 'done' || result.kind === 'refused') written.push(...result.written);
      if (result.kind === 'done') outcomes.push(...made);
      else {
        const reason = failureClause(result);
        failures.push({ path: result.path, reason });
        outcomes.push(...place.changes.map(change => ({ change, left: reason })));
      }
    }
  }
  const durationMs = host.clock.steadyNow() - startedAt;
  return { outcomes, failures, written: [...new Set(written)], backups, durationMs };
}

/** The task's registry before the global one, always. A task whose counters alone are wrong needs
 * no more than its own. */
function lockedFor({ taskFile, globalFile, changes }: Place): RegistryFile[] {
  const needsGlobal = taskFile === undefined || changes.some(change => change.kind !== 'track');
  return [
    ...(taskFile === undefined ? [] : [{ path: taskFile, scope: 'task' as const }]),
    ...(globalFile === undefined || !needsGlobal
      ? []
      : [{ path: globalFile, scope: 'global' as const }]),
  ];
}

function filesOf(registries: readonly RegistryReading[]): RegistryFile[] {
  return registries
    .filter(registry => registry.kind === 'json')
    .map(({ path, scope }) => ({ path, scope }));
}
