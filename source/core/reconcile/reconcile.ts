/** Reconciles registries with the machine: two polls, a plan, then its changes under the locks. */

import { secondPollMs } from '../inventory/memory.ts';
import type { Monitor } from '../inventory/monitor.ts';
import type { RegistryReading, Snapshot } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import { failureClause, type RegistryFile, type RegistryStore } from '../ports/registry-store.ts';
import { applyChanges, type Outcome } from './apply-changes.ts';
import { lossesOf } from './loss.ts';
import { isEmpty, type Place, planReconcile, type ReconcilePlan } from './reconcile-plan.ts';

/** The planned changes, or why nothing may be changed. */
export type Preview =
  | { readonly kind: 'planned'; readonly plan: ReconcilePlan }
  /** A source could not be read, so the evidence is incomplete. */
  | { readonly kind: 'unreadable'; readonly reasons: readonly string[] }
  /** A registry lost most of its entries. */
  | { readonly kind: 'lost'; readonly reasons: readonly string[] };

export type Failure = { readonly path: string; readonly reason: string };

export type Report = {
  readonly outcomes: readonly Outcome[];
  readonly failures: readonly Failure[];
  /** Paths of the registries that were written. */
  readonly written: readonly string[];
  /** Directories of the backups made first. */
  readonly backups: readonly string[];
  readonly durationMs: number;
};

/** Polls twice, at least half a second apart; only rows that are ghosts in both are closed.
 * @param mayWrite first complete writes that a killed vigil started. */
export async function preview(
  host: Pick<Host, 'clock' | 'registries' | 'registryStore'>,
  monitor: Pick<Monitor, 'poll' | 'pollUntilSettled' | 'inventory'>,
  mayWrite: boolean,
): Promise<Preview> {
  if (mayWrite) {
    const { registries } = await host.registries.read();
    await host.registryStore.recover(filesOf(registries));
  }
  const first = await monitor.pollUntilSettled();
  if (unreadIn(first).length > 0) return { kind: 'unreadable', reasons: unreadIn(first) };
  // Sleep slightly longer: the snapshots' timestamps may be closer together than the polls.
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

/** Applies the plan task by task; each change is checked again under the locks. */
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
        outcomes.push({ change, skippedBecause: 'no backup could be made' });
      continue;
    }
    backups.push(backup.value.path);
    for (const place of places.filter(each => each.workspace === workspace)) {
      let made: readonly Outcome[] = [];
      const result = await host.registryStore.update({
        files: lockedFor(place),
        waitMs,
        mutate: documents => {
          const applied = applyChanges(documents, place.changes, plan.takenAt);
          made = applied.outcomes;
          return applied.files;
        },
      });
      if (result.kind === 'done' || result.kind === 'refused') written.push(...result.written);
      if (result.kind === 'done') outcomes.push(...made);
      else {
        const reason = failureClause(result);
        failures.push({ path: result.path, reason });
        outcomes.push(...place.changes.map(change => ({ change, skippedBecause: reason })));
      }
    }
  }
  const durationMs = host.clock.steadyNow() - startedAt;
  return { outcomes, failures, written: [...new Set(written)], backups, durationMs };
}

/** Lock order: task registry before global registry. If only counters or tracked processes change, the task
 * registry alone is locked. */
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
