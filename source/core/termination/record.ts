/** After an ending: the entry is closed under the lock, the prompt is removed, the logs are archived. Only
 * for an agent that was seen dead; a survivor stays on record as `stuck`. */
import { groupBy } from '../model/group-by.ts';
import type { RegistryReading } from '../model/model.ts';
import type { Clock } from '../ports/clock.ts';
import { failureClause, type RegistryStore } from '../ports/registry-store.ts';
import type { AgentFiles } from '../ports/workspace-files.ts';
import { mend, type Outcome } from '../reconcile/mend.ts';
import { type Change, placeOf } from '../reconcile/reconcile-plan.ts';
import {
  type AgentRecord,
  faultsText,
  mergeRegistries,
  recordedStatus,
} from '../registry/merge.ts';
import type { FileWork } from './agent-files.ts';
import { filesOnRecord } from './planned-files.ts';
import type { TargetResult } from './result.ts';

export type Recorded = {
  readonly promptDeleted: boolean;
  readonly archived: readonly string[];
  readonly errors: readonly string[];
};

const nothing: Recorded = { promptDeleted: false, archived: [], errors: [] };

export type RecordPorts = {
  readonly clock: Pick<Clock, 'now'>;
  readonly registryStore: Pick<RegistryStore, 'update'>;
  readonly agentFiles: Pick<AgentFiles, 'remove' | 'archive'>;
};

export type RecordOptions = {
  /** As it stands in the registry afterwards. */
  readonly reason: string;
  readonly lockWaitMs: number;
};

type Closing = {
  readonly record: AgentRecord;
  readonly place: ReturnType<typeof placeOf>;
  readonly key: string;
  /** It outlived SIGKILL: its entry stays open, and its files stay. */
  readonly isStuck: boolean;
  readonly errors: string[];
};

/** Entries of one place are closed together: the locks of fifty agents of a task are taken once.
 * @param registries of the look that the targets were planned in.
 * @returns by the targets' keys. */
export async function recordAll(
  host: RecordPorts,
  registries: readonly RegistryReading[],
  results: readonly TargetResult[],
  options: RecordOptions,
): Promise<ReadonlyMap<string, Recorded>> {
  const unread = registries.filter(({ reading }) => !reading.ok).map(({ path }) => path);
  const byKey = new Map(mergeRegistries(registries).map(each => [each.key, each]));
  const recorded = new Map<string, Recorded>();
  const closings: Closing[] = [];
  for (const { target, outcome } of results) {
    const record = byKey.get(target.key);
    recorded.set(target.key, nothing);
    if (outcome === 'refused' || outcome === 'denied') continue;
    if (record === undefined) {
      // Nobody's session has no entry; of an agent it cannot be said while a registry is silent.
      const errors = unread.map(
        path => `registry: entry not closed in ${path}: it could not be read`,
      );
      if (target.agentId !== undefined) recorded.set(target.key, { ...nothing, errors });
      continue;
    }
    // A bad entry is shown and never acted on.
    if (record.hasFaults) {
      const fault = `registry: entry not closed: ${faultsText(record.entry)}`;
      recorded.set(target.key, { ...nothing, errors: [fault] });
    } else
      closings.push({
        record,
        place: placeOf(record, registries),
        key: target.key,
        isStuck: outcome === 'survived',
        errors: [],
      });
  }
  for (const group of byPlace(closings)) await close(host, group, options);
  for (const { record, key, isStuck, errors } of closings)
    recorded.set(key, tidy(host, isStuck ? [] : filesOnRecord(record, registries), errors));
  return recorded;
}

function byPlace(closings: readonly Closing[]): Iterable<readonly Closing[]> {
  const active = closings.filter(({ record }) => recordedStatus(record.entry.status) === 'active');
  return groupBy(active, ({ place }) =>
    JSON.stringify([place.taskFile, place.globalFile]),
  ).values();
}

/** Where a file refuses the changes of all, each is tried by itself: one bad entry keeps none of the
 * others open. */
async function close(
  host: RecordPorts,
  group: readonly Closing[],
  options: RecordOptions,
): Promise<void> {
  const { taskFile, globalFile } = (group[0] as Closing).place;
  const changes = new Map(group.map(each => [changeOf(each, options.reason), each]));
  let outcomes: readonly Outcome[] = [];
  const updated = await host.registryStore.update({
    files: [
      ...(taskFile === undefined ? [] : [{ path: taskFile, scope: 'task' as const }]),
      ...(globalFile === undefined ? [] : [{ path: globalFile, scope: 'global' as const }]),
    ],
    waitMs: options.lockWaitMs,
    mutate: documents => {
      const mended = mend(documents, [...changes.keys()], host.clock.now());
      outcomes = mended.outcomes;
      return mended.files;
    },
  });
  if (updated.kind === 'refused' && group.length > 1 && updated.written.length === 0) {
    for (const each of group) await close(host, [each], options);
    return;
  }
  if (updated.kind !== 'done')
    for (const { errors } of group) errors.push(`${updated.path}: ${failureClause(updated)}`);
  for (const { change, left } of outcomes)
    if (left !== undefined) changes.get(change)?.errors.push(`registry: ${left}`);
}

function changeOf({ record, isStuck }: Closing, reason: string): Change {
  const { id, task, session, startedAt } = record.entry;
  const kind = isStuck ? 'stick' : 'close';
  return { kind, agentId: id, task, session, startedAt, reason, says: '' };
}

function tidy(host: RecordPorts, files: readonly FileWork[], before: readonly string[]): Recorded {
  const errors = [...before];
  const archived: string[] = [];
  let promptDeleted = false;
  for (const file of files) {
    const done =
      file.work === 'remove' ? host.agentFiles.remove(file) : host.agentFiles.archive(file);
    if (!done.ok) errors.push(done.reason);
    else if (done.value && file.work === 'remove') promptDeleted = true;
    else if (done.value) archived.push(file.path);
  }
  return { promptDeleted, archived, errors };
}
