/** Applies a plan to the registries read under the lock. Each change is checked against the current
 * entry and skipped if another writer was faster. */

import type { RegistryFile, RegistryStore, UpdateResult } from '../ports/registry-store.ts';
import type { Json } from '../registry/edit.ts';
import { localTime } from '../registry/local-time.ts';
import { close, isActive, statusOf } from './close-entry.ts';
import {
  type Fields,
  type OpenEntry,
  type OpenRegistries,
  type OpenRegistry,
  openRegistry,
  textAt,
} from './open-registry.ts';
import type { Change, Place } from './reconcile-plan.ts';

export type Outcome = {
  readonly change: Change;
  /** Why it was skipped; `undefined` if applied. */
  readonly skippedBecause?: string;
};

/** The registries of a task, and changes to them. */
export type PlaceChanges = PlaceFiles & Pick<Place, 'changes'>;

type PlaceFiles = Pick<Place, 'taskFile' | 'globalFile' | 'databaseFile'>;

export type Update = {
  readonly places: readonly PlaceChanges[];
  /** Time of the evidence, epoch milliseconds; read under the locks. */
  readonly takenAt: () => number;
  readonly waitMs: number;
};

export type Applied = { readonly result: UpdateResult; readonly outcomes: readonly Outcome[] };

/** The registries of a task in lock order: task registry, global registry, database. */
export function filesAt(place: PlaceFiles): RegistryFile[] {
  return filesOf([place]);
}

/** All task registries, each once and in the same order for every vigil, before the global registry. A database comes
 * last, because its lock is held shortest. */
function filesOf(places: readonly PlaceFiles[]): RegistryFile[] {
  const paths = (field: keyof PlaceFiles) =>
    [...new Set(places.flatMap(place => place[field] ?? []))].sort();
  return [
    ...paths('taskFile').map(path => ({ path, scope: 'task' as const })),
    ...paths('globalFile').map(path => ({ path, scope: 'global' as const })),
    ...paths('databaseFile').map(path => ({ path, scope: 'database' as const })),
  ];
}

/** Applies changes in one update.
 * @param applied in an earlier update or round, which another program's write followed; is added to. */
export async function applyChanges(
  store: Pick<RegistryStore, 'update'>,
  { places, takenAt, waitMs }: Update,
  applied = new Set<Change>(),
): Promise<Applied> {
  let outcomes: readonly Outcome[] = [];
  const result = await store.update({
    files: filesOf(places),
    waitMs,
    mutate: documents => {
      const opened = new Map(documents.map(each => [each.path, openRegistry(each)]));
      const round = { time: localTime(takenAt()), applied };
      outcomes = places.flatMap(
        ({ taskFile = '', globalFile = '', databaseFile = '', changes }) => {
          const own = {
            task: opened.get(taskFile),
            global: opened.get(globalFile),
            database: opened.get(databaseFile),
          };
          return inOrder(changes).map(change => outcomeOf(change, own, round));
        },
      );
      return [...opened.values()].map(each => each.change());
    },
  });
  return { result, outcomes };
}

/** Missing entries are added first, then closed, then the global registry is updated. */
function inOrder(changes: readonly Change[]): Change[] {
  return [...changes].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

const order: readonly Change['kind'][] = [
  'add to global',
  'add to task',
  'close',
  'mark stuck',
  'follow',
  'track',
];

/** @property time of the evidence, as the orchestrator writes times. */
type Round = { readonly time: string; readonly applied: Set<Change> };

function outcomeOf(change: Change, opened: OpenRegistries, { time, applied }: Round): Outcome {
  const skipped = applyChange(change, opened, time);
  if (skipped === undefined) applied.add(change);
  if (!applied.has(change)) return { change, skippedBecause: skipped };
  // Of an earlier round, only the task registry may have stayed.
  if (skipped !== undefined && isClosing(change)) follow(change, opened);
  return { change };
}

function isClosing({ kind }: Change): boolean {
  return kind === 'close' || kind === 'mark stuck';
}

/** @returns why the change is skipped. */
function applyChange(change: Change, opened: OpenRegistries, time: string): string | undefined {
  const { task, global } = opened;
  switch (change.kind) {
    case 'add to global':
      return copy(change, task, global);
    case 'add to task':
      return copy(change, global, task);
    case 'close':
    case 'mark stuck': {
      const skipped = close(change, opened, authorityOf(change, opened) ?? global, time);
      if (skipped !== undefined) return skipped;
      follow(change, opened);
      // A database has no column for identities.
      if (change.kind === 'mark stuck' && change.processes)
        task?.entriesOf(change.agentId).at(0)?.set('tracked_processes', change.processes);
      return undefined;
    }
    case 'follow':
      // If both agree by now, another program has done it.
      follow(change, opened);
      return undefined;
    case 'track': {
      const entry = task?.entriesOf(change.agentId).at(0);
      if (entry === undefined) return 'it is no longer recorded';
      if (!isActive(entry)) return `it is ${statusOf(entry)} now`;
      entry.set('tracked_processes', change.processes);
      return undefined;
    }
  }
}

/** The registry that the others follow. */
function authorityOf({ agentId }: Change, { database, task }: OpenRegistries) {
  return database !== undefined && database.entriesOf(agentId).length > 0 ? database : task;
}

/** Fields of an agent that has ended. */
const ends = ['completed_at', 'terminated_at', 'termination_reason'];

/** Fields that the other registries take over from the authoritative one. */
const followed = ['tmux_session', 'status', 'last_update', ...ends];

/** The entries of the other registries take over what differs. */
function follow(change: Change, opened: OpenRegistries): void {
  const { task, global } = opened;
  const authority = authorityOf(change, opened);
  const entry = authority?.entriesOf(change.agentId).at(0);
  if (entry === undefined) return;
  const others = [authority === task ? undefined : task, global];
  for (const other of others) {
    const follower = other?.entriesOf(change.agentId).at(0);
    if (follower !== undefined) update(follower, entry);
  }
}

function update(follower: OpenEntry, entry: OpenEntry): void {
  const { fields } = entry;
  const changed = followed.filter(name => {
    const value = fields.get(name);
    return value !== undefined && value !== follower.fields.get(name);
  });
  // last_update alone is no difference: only the authoritative registry tracks progress.
  if (changed.every(name => name === 'last_update')) return;
  for (const name of changed) follower.set(name, fields.get(name) as Json);
  // An agent that is at work again has no end: the orchestrator would take it over.
  for (const name of isActive(entry) ? ends : [])
    if (textAt(follower.fields, name) !== undefined && textAt(fields, name) === undefined)
      follower.set(name, null);
}

function valuesOf(fields: Fields, names: readonly string[]): (readonly [string, Json])[] {
  return names.flatMap(name => {
    const value = fields.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** The fields of a new entry: the first one, and those that both registries have under the same name. */
export function copyOf(
  { fields }: OpenEntry,
  first: readonly [string, string],
): ReadonlyMap<string, Json> {
  return new Map([first, ...valuesOf(fields, ['type', 'parent', 'started_at', ...followed])]);
}

function copy(
  { agentId, task }: Change,
  from: OpenRegistry | undefined,
  to: OpenRegistry | undefined,
) {
  const source = from?.entriesOf(agentId).at(0);
  if (source === undefined) return 'it is no longer recorded';
  if (to === undefined || to.entriesOf(agentId).length > 0) return 'both have it now';
  const fields = copyOf(source, to.scope === 'task' ? ['id', agentId] : ['task_id', task ?? '']);
  return to.add(agentId, fields) ? undefined : 'cannot add it: "agents" has an unexpected type';
}
