/** Applies a plan to the registries read under the lock. Each change is checked against the current
 * entry and skipped if another writer was faster. */

import type { FileChange } from '../ports/registry-store.ts';
import type { RegistryDocument } from '../registry/document.ts';
import type { Json } from '../registry/edit.ts';
import { localTime } from '../registry/local-time.ts';
import { recordedStatus } from '../registry/merge.ts';
import { timeOf } from '../registry/parse.ts';
import { fileChangeOf, type OpenEntry, type OpenRegistry, openRegistry } from './open-registry.ts';
import type { Change } from './reconcile-plan.ts';

export type Outcome = {
  readonly change: Change;
  /** Why it was skipped; `undefined` if applied. */
  readonly skippedBecause?: string;
};

/** @param takenAt time of the evidence, epoch milliseconds. */
export function applyChanges(
  documents: readonly RegistryDocument[],
  changes: readonly Change[],
  takenAt: number,
): { readonly files: readonly FileChange[]; readonly outcomes: readonly Outcome[] } {
  const task = openRegistry(documents.find(document => document.scope === 'task'));
  const global = openRegistry(documents.find(document => document.scope === 'global'));
  const opened = { task, global };
  // Add missing entries first, then close them, then update the global registry.
  const inOrder = [...changes].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const outcomes = inOrder.map(change => ({
    change,
    skippedBecause: applyChange(change, opened, takenAt),
  }));
  return {
    files: [task, global].flatMap(each => (each === undefined ? [] : [fileChangeOf(each)])),
    outcomes,
  };
}

const order: readonly Change['kind'][] = [
  'add to global',
  'add to task',
  'close',
  'mark stuck',
  'follow',
  'track',
];

type Opened = { readonly task?: OpenRegistry; readonly global?: OpenRegistry };

/** @returns why the change is skipped. */
function applyChange(
  change: Change,
  { task, global }: Opened,
  takenAt: number,
): string | undefined {
  switch (change.kind) {
    case 'add to global':
      return copy(change, task, global);
    case 'add to task':
      return copy(change, global, task);
    case 'close':
    case 'mark stuck': {
      const skipped = close(change, task ?? global, takenAt);
      if (skipped === undefined) follow(change, task, global);
      return skipped;
    }
    case 'follow':
      return follow(change, task, global) ? undefined : 'both already agree';
    case 'track': {
      const entry = task?.entriesOf(change.agentId).at(0);
      if (entry === undefined) return 'it is no longer recorded';
      if (!isActive(entry)) return `it is ${statusOf(entry)} now`;
      entry.set('tracked_processes', change.processes);
      return undefined;
    }
  }
}

type Close = Extract<Change, { kind: 'close' | 'mark stuck' }>;

function close(
  change: Close,
  registry: OpenRegistry | undefined,
  takenAt: number,
): string | undefined {
  const entries = registry?.entriesOf(change.agentId) ?? [];
  const mine = entries.filter(
    entry =>
      [change.session, undefined].includes(textAt(entry, 'tmux_session')) &&
      startOf(entry) === change.startedAt,
  );
  if (mine.length === 0) return 'the entry was replaced meanwhile';
  const open = mine.filter(isActive);
  if (open.length === 0) return `it is ${statusOf(mine[0] as OpenEntry)} now`;
  const time = localTime(takenAt);
  for (const entry of open) {
    entry.set('status', change.kind === 'mark stuck' ? 'stuck' : 'terminated');
    entry.set('last_update', time);
    if (change.kind === 'mark stuck') continue;
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
] as const;

/** @returns whether the global entry differed. */
function follow(
  { agentId }: Change,
  task: OpenRegistry | undefined,
  global: OpenRegistry | undefined,
): boolean {
  const authority = task?.entriesOf(agentId).at(0);
  const index = global?.entriesOf(agentId).at(0);
  if (authority === undefined || index === undefined) return false;
  // last_update alone is no difference: only the task registry tracks progress.
  const differs = followed.some(
    name =>
      name !== 'last_update' &&
      authority.fields.has(name) &&
      authority.fields.get(name) !== index.fields.get(name),
  );
  if (!differs) return false;
  for (const name of followed) {
    const value = authority.fields.get(name);
    if (value !== undefined && value !== index.fields.get(name)) index.set(name, value);
  }
  return true;
}

/** Fields that both registries have under the same name. */
export const shared = ['type', 'parent', 'started_at', ...followed] as const;

function copy(
  { agentId, task }: Change,
  from: OpenRegistry | undefined,
  to: OpenRegistry | undefined,
) {
  const source = from?.entriesOf(agentId).at(0);
  if (source === undefined) return 'it is no longer recorded';
  if (to === undefined || to.entriesOf(agentId).length > 0) return 'both have it now';
  const fields = new Map<string, Json>(
    to.scope === 'task' ? [['id', agentId]] : [['task_id', task ?? '']],
  );
  for (const name of shared) {
    const value = source.fields.get(name);
    if (value !== undefined) fields.set(name, value);
  }
  return to.add(agentId, fields) ? undefined : 'cannot add it: "agents" has an unexpected type';
}

function isActive(entry: OpenEntry): boolean {
  return recordedStatus(textAt(entry, 'status')) === 'active';
}

function statusOf(entry: OpenEntry): string {
  return textAt(entry, 'status') ?? 'without a status';
}

function textAt(entry: OpenEntry, name: string): string | undefined {
  const value = entry.fields.get(name);
  return typeof value === 'string' ? value : undefined;
}

function startOf(entry: OpenEntry): number | undefined {
  return timeOf(textAt(entry, 'started_at'));
}
