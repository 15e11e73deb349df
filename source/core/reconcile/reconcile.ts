/** Reconciles registries with the machine: two polls, a plan, then its changes under the locks. */

import { secondPollMs } from '../inventory/memory.ts';
import type { Monitor } from '../inventory/monitor.ts';
import { groupBy } from '../model/group-by.ts';
import type { Inventory, RegistryReading, Snapshot, Tracked } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import type { Host } from '../ports/host.ts';
import { type Backup, failureClause, type RegistryFile } from '../ports/registry-store.ts';
import { taskOf } from '../registry/merge.ts';
import type { Outcome, PlaceChanges } from './apply-changes.ts';
import { applyTogether } from './apply-together.ts';
import { isEmpty, type Place, planReconcile, type ReconcilePlan } from './reconcile-plan.ts';

/** The planned changes, or why nothing may be changed. */
export type Preview =
  | { readonly kind: 'planned'; readonly plan: ReconcilePlan }
  /** A source could not be read, so the evidence is incomplete. */
  | { readonly kind: 'unreadable'; readonly reasons: readonly string[] }
  /** A registry lost most of its entries. */
  | { readonly kind: 'lost'; readonly reasons: readonly string[] };

type Failure = { readonly path: string; readonly reason: string };

export type Report = {
  readonly outcomes: readonly Outcome[];
  readonly failures: readonly Failure[];
  /** Paths of the registries that were written. */
  readonly written: readonly string[];
  /** Directories of the backups made first. */
  readonly backups: readonly string[];
  readonly durationMs: number;
};

type PreviewTools = {
  readonly host: Pick<Host, 'clock' | 'registries' | 'registryStore'>;
  readonly monitor: Pick<Monitor, 'poll' | 'pollUntilSettled' | 'inventory'>;
};

/** Polls twice, at least half a second apart; only rows that are ghosts in both are closed.
 * @param mayWrite first complete writes that a killed vigil started. */
export async function preview(
  { host, monitor }: PreviewTools,
  mayWrite: boolean,
): Promise<Preview> {
  if (mayWrite) {
    await host.registryStore.recover(filesOf(ownRegistries(await host.registries.read())));
  }
  const first = await monitor.pollUntilSettled();
  if (unreadIn(first).length > 0) return { kind: 'unreadable', reasons: unreadIn(first) };
  // Sleep slightly longer: the snapshots' timestamps may be closer together than the polls.
  await host.clock.sleep(secondPollMs + 20);
  const last = await monitor.poll();
  if (unreadIn(last).length > 0) return { kind: 'unreadable', reasons: unreadIn(last) };
  const registries = ownRegistries(monitor.inventory());
  const workspaces = [...new Set(registries.map(registry => registry.workspace))];
  const backups = await Promise.all(
    workspaces.map(each =>
      host.registryStore.backups(each, found => hasAll(found, registries, each)),
    ),
  );
  const losses = lossesOf(registries, backups.flat());
  if (losses.length > 0) return { kind: 'lost', reasons: losses };
  // From all of them, as its keys are those of the poll.
  const plan = planReconcile(monitor.inventory()?.registries ?? [], last, first);
  const places = plan.places.filter(({ workspace }) => workspaces.includes(workspace));
  return { kind: 'planned', plan: { ...plan, places } };
}

/** Without those of a workspace that is only shown. */
export function ownRegistries(
  read?: Pick<Inventory, 'registries' | 'workspaces'>,
): readonly RegistryReading[] {
  return read?.registries.filter(({ workspace }) => read.workspaces.includes(workspace)) ?? [];
}

/** Why sources could not be read in a poll; without them no bulk change is made. */
export function unreadIn(snapshot: Snapshot): string[] {
  return snapshot.problems.filter(problem => problem.unread).map(problem => problem.message);
}

/** Applies the plan, one update for each workspace; each change is checked again under the locks. */
export async function apply(
  { host, monitor, lockWaitMs }: Pick<CommandTools, 'host' | 'monitor' | 'lockWaitMs'>,
  plan: ReconcilePlan,
): Promise<Report> {
  const { clock, registryStore } = host;
  const startedAt = clock.steadyNow();
  const outcomes: Outcome[] = [];
  const failures: Failure[] = [];
  const written = new Set<string>();
  const backups: string[] = [];
  const registries = monitor.inventory()?.registries ?? [];
  const places = plan.places.filter(place => !isEmpty({ ...plan, places: [place] }));
  for (const [workspace, own] of groupBy(places, place => place.workspace)) {
    const files = filesOf(registries.filter(registry => registry.workspace === workspace));
    const backup = await registryStore.backUp(workspace, files, 'reconcile', lockWaitMs);
    if (!backup.ok) {
      failures.push({ path: workspace, reason: backup.reason });
      outcomes.push(...skipped(own, 'no backup could be made'));
      continue;
    }
    backups.push(backup.value.path);
    const together = await applyTogether(registryStore, {
      places: own.map(lockedFor),
      takenAt: () => plan.takenAt,
      waitMs: lockWaitMs,
    });
    for (const path of together.written) written.add(path);
    for (const { result, outcomes: made, places: tried } of together.results) {
      if (result.kind === 'done') outcomes.push(...made);
      else {
        const reason = failureClause(result);
        failures.push({ path: result.path, reason });
        outcomes.push(...skipped(tried, reason));
      }
    }
  }
  const durationMs = clock.steadyNow() - startedAt;
  host.sightings.track(trackedBy(places, outcomes));
  const target = [...new Set(places.map(each => each.workspace))].join(' ');
  const notes = outcomes.map(
    ({ change, skippedBecause: why }) =>
      `${change.says}${why === undefined ? '' : `: skipped: ${why}`}`,
  );
  const outcome = failures.length === 0 ? 'done' : 'incomplete';
  if (places.length > 0) host.auditLog.write({ event: 'reconcile', target, outcome, notes });
  return { outcomes, failures, written: [...written], backups, durationMs };
}

/** What was written to `tracked_processes`. */
function trackedBy(places: readonly Place[], outcomes: readonly Outcome[]): Tracked[] {
  const made = new Set(
    outcomes.flatMap(({ change, skippedBecause }) => (skippedBecause ? [] : change)),
  );
  return places.flatMap(({ workspace, changes }) =>
    changes.flatMap(change =>
      change.kind === 'track' && made.has(change)
        ? change.processes.map(({ pid, start }) => ({
            ...{ pid, start, workspace, agentId: change.agentId },
          }))
        : [],
    ),
  );
}

function skipped(places: readonly Pick<Place, 'changes'>[], skippedBecause: string): Outcome[] {
  return places.flatMap(({ changes }) => changes.map(change => ({ change, skippedBecause })));
}

/** If only counters or tracked processes change, the task registry alone is locked. */
function lockedFor({ taskFile, globalFile, databaseFile, changes }: Place): PlaceChanges {
  const isShared = changes.some(change => change.kind !== 'track');
  if (isShared) return { taskFile, globalFile, databaseFile, changes };
  return taskFile === undefined ? { globalFile, changes } : { taskFile, changes };
}

function filesOf(registries: readonly RegistryReading[]): RegistryFile[] {
  return registries.map(({ path, scope }) => ({ path, scope }));
}

/** Smaller registries may legitimately lose most entries. */
const fewEntries = 4;

/** Registries that lost most of their entries, which are considered damaged.
 * @param backups newest first.
 * @returns one sentence per registry with fewer than half the entries of its newest backup, or of
 * the global registry for its task. */
function lossesOf(registries: readonly RegistryReading[], backups: readonly Backup[]): string[] {
  return registries.flatMap(registry => {
    const { path, reading } = registry;
    if (!reading.ok) return [];
    const now = reading.value.entries.length;
    const isLoss = (before: number) => before >= fewEntries && now * 2 < before;
    const [saved] = backups.flatMap(({ name, files }) =>
      files.flatMap(({ original, entries }) =>
        original === path && entries.ok ? [{ name, entries: entries.value }] : [],
      ),
    );
    if (saved !== undefined && isLoss(saved.entries))
      return [`${path} has ${now} agents, but ${saved.entries} in backup ${saved.name}`];
    const indexed = indexedFor(registry, registries);
    return isLoss(indexed)
      ? [`${path} has ${now} agents, but the global registry has ${indexed} of its task`]
      : [];
  });
}

/** Whether each registry of the workspace is in one of the backups, so that older ones change nothing. */
function hasAll(
  backups: readonly Backup[],
  registries: readonly RegistryReading[],
  workspace: string,
): boolean {
  const saved = new Set(
    backups.flatMap(({ files }) =>
      files.filter(({ entries }) => entries.ok).map(({ original }) => original),
    ),
  );
  return registries.every(each => each.workspace !== workspace || saved.has(each.path));
}

function indexedFor(registry: RegistryReading, registries: readonly RegistryReading[]): number {
  if (registry.scope !== 'task') return 0;
  const task = taskOf(registry);
  const index = registries.find(
    each => each.workspace === registry.workspace && each.scope === 'global' && each.reading.ok,
  )?.reading;
  return index?.ok ? index.value.entries.filter(entry => entry.task === task).length : 0;
}
