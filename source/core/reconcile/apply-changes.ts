/** Applies a plan to the registries read under the lock. Each change is checked against the current
 * entry and skipped if another writer was faster. */

import type { RegistryFile, RegistryStore, UpdateResult } from '../ports/registry-store.ts';
import type { Json } from '../registry/edit.ts';
import { localTime } from '../registry/local-time.ts';
import { recordedStatus } from '../registry/merge.ts';
import { timeOf } from '../registry/parse.ts';
import {
  type Fields,
  type OpenEntry,
  type OpenRegistries,
  type OpenRegistry,
  openRegistries,
  textAt,
} from './open-registry.ts';
import type { Change, Place } from './reconcile-plan.ts';

export type Outcome = {
  readonly change: Change;
  /** Why it was skipped; `undefined` if applied. */
  readonly skippedBecause?: string;
};

type Update = {
  readonly place: Pick<Place, 'taskFile' | 'globalFile'>;
  readonly changes: readonly Change[];
  /** Time of the evidence, epoch milliseconds; read under the locks. */
  readonly takenAt: () => number;
  readonly waitMs: number;
};

/** The registries of a task in lock order: task registry before global registry. */
export function filesAt({ taskFile, globalFile }: Update['place']): RegistryFile[] {
  return [
    ...(taskFile === undefined ? [] : [{ path: taskFile, scope: 'task' as const }]),
    ...(globalFile === undefined ? [] : [{ path: globalFile, scope: 'global' as const }]),
  ];
}

/** Applies changes to the registries of one task, in one update. */
export async function applyChanges(
  store: Pick<RegistryStore, 'update'>,
  { place, changes, takenAt, waitMs }: Update,
): Promise<{ readonly result: UpdateResult; readonly outcomes: readonly Outcome[] }> {
  // Add missing entries first, then close them, then update the global registry.
  const inOrder = [...changes].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  let outcomes: readonly Outcome[] = [];
  /** Applied in an earlier round, which another program's write followed. */
  const applied = new Set<Change>();
  const result = await store.update({
    files: filesAt(place),
    waitMs,
    mutate: documents => {
      const opened = openRegistries(documents);
      const at = takenAt();
      outcomes = inOrder.map(change => {
        const skipped = applyChange(change, opened, at);
        if (skipped === undefined) applied.add(change);
        if (!applied.has(change)) return { change, skippedBecause: skipped };
        // Of an earlier round, only the task registry may have stayed.
        if (skipped !== undefined && isClosing(change)) follow(change, opened);
        return { change };
      });
      return [opened.task, opened.global].flatMap(each => each?.change() ?? []);
    },
  });
  return { result, outcomes };
}

const order: readonly Change['kind'][] = [
  'add to global',
  'add to task',
  'close',
  'mark stuck',
  'follow',
  'track',
];

function isClosing({ kind }: Change): boolean {
  return kind === 'close' || kind === 'mark stuck';
}

/** @returns why the change is skipped. */
function applyChange(change: Change, opened: OpenRegistries, takenAt: number): string | undefined {
  const { task, global } = opened;
  switch (change.kind) {
    case 'add to global':
      return copy(change, task, global);
    case 'add to task':
      return copy(change, global, task);
    case 'close':
    case 'mark stuck': {
      const skipped = close(change, task ?? global, takenAt);
      if (skipped === undefined) follow(change, opened);
      return skipped;
    }
    case 'follow':
      return follow(change, opened) ? undefined : 'both already agree';
    case 'track': {
      const entry = task?.entriesOf(change.agentId).at(0);
      if (entry === undefined) return 'it is no longer recorded';
      if (!isActive(entry)) return `it is ${statusOf(entry)} now`;
      entry.set('tracked_processes', change.processes);
      return undefined;
    }
  }
}

function close(
  change: Extract<Change, { kind: 'close' | 'mark stuck' }>,
  registry: OpenRegistry | undefined,
  takenAt: number,
): string | undefined {
  const entries = registry?.entriesOf(change.agentId) ?? [];
  const mine = entries.filter(
    ({ fields }) =>
      [change.session, undefined].includes(textAt(fields, 'tmux_session')) &&
      timeOf(textAt(fields, 'started_at')) === change.startedAt,
  );
  const [first] = mine;
  if (first === undefined) return 'the entry was replaced meanwhile';
  const open = mine.filter(isActive);
  if (open.length === 0) return `it is ${statusOf(first)} now`;
  const time = localTime(takenAt);
  for (const entry of open) {
    entry.set('status', change.kind === 'mark stuck' ? 'stuck' : 'terminated');
    entry.set('last_update', time);
    if (change.kind === 'mark stuck') {
      if (change.processes) entry.set('tracked_processes', change.processes);
      continue;
    }
    entry.set('terminated_at', time);
    entry.set('termination_reason', change.reason);
  }
  return undefined;
}

/** Fields of the global registry that follow the task registry. */
const followed = [
  'tmux_session',
  'status',
  'last_update',
  'completed_at',
  'terminated_at',
  'termination_reason',
];

/** @returns whether the global entry differed. */
function follow({ agentId }: Change, { task, global }: OpenRegistries): boolean {
  const authority = task?.entriesOf(agentId).at(0);
  const index = global?.entriesOf(agentId).at(0);
  if (authority === undefined || index === undefined) return false;
  const news = valuesOf(authority.fields, followed).filter(
    ([name, value]) => value !== index.fields.get(name),
  );
  // last_update alone is no difference: only the task registry tracks progress.
  if (news.every(([name]) => name === 'last_update')) return false;
  for (const [name, value] of news) index.set(name, value);
  return true;
}

function valuesOf(fields: Fields, names: readonly string[]): (readonly [string, Json])[] {
  return names.flatMap(name => {
    const value = fields.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** The fields of a new entry: the first one, and those that both registries have under the same name. */
export function copyOf({ fields }: OpenEntry, first: readonly [string, string]): Fields {
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

function isActive({ fields }: OpenEntry): boolean {
  return recordedStatus(textAt(fields, 'status')) === 'active';
}

function statusOf({ fields }: OpenEntry): string {
  return textAt(fields, 'status') ?? 'without a status';
}
