/** After a termination: closes the entry under the lock, and archives the prompt and the logs. An agent that is
 * still running keeps its files, and its entry becomes `stuck`. */
import { groupBy } from '../model/group-by.ts';
import type { ProcessRef, RegistryReading } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import { failureClause } from '../ports/registry-store.ts';
import { applyChanges, filesAt } from '../reconcile/apply-changes.ts';
import { type Listing, listingOf } from '../reconcile/listing.ts';
import type { Change } from '../reconcile/reconcile-plan.ts';
import { faultsText } from '../registry/disagreements.ts';
import { type AgentRecord, mergeRegistries, recordedStatus } from '../registry/merge.ts';
import { type AgentFile, isPrompt } from './agent-files.ts';
import { filesOnRecord } from './planned-files.ts';
import type { TargetResult } from './result.ts';

export type Recorded = {
  /** The prompt is no longer in its place. */
  readonly promptDeleted: boolean;
  /** Relative to the task's directory, as they were. */
  readonly archived: readonly string[];
  /** Where the files are now, absolute. */
  readonly archives: readonly string[];
  readonly errors: readonly string[];
};

export type RecordPorts = Pick<Host, 'clock' | 'registryStore' | 'agentFiles'>;

export type RecordOptions = {
  /** Written to the registry as `termination_reason`. */
  readonly reason: string;
  readonly lockWaitMs: number;
  readonly bootId?: string;
};

type Closing = {
  readonly record: AgentRecord;
  readonly listing: Listing;
  /** A database that may have it too. */
  readonly unseen?: string;
  /** What has survived, or may not be signalled: the entry and its files are kept. */
  readonly survivors: readonly ProcessRef[];
  readonly isStuck: boolean;
  readonly errors: string[];
};

/** Closes entries that share registries in one update, so that fifty agents of a task need the locks once.
 * @param registries from the poll that the plan is based on.
 * @returns results by target key. */
export async function recordAll(
  host: RecordPorts,
  registries: readonly RegistryReading[],
  results: readonly TargetResult[],
  options: RecordOptions,
): Promise<ReadonlyMap<string, Recorded>> {
  const unread = registries
    .filter(({ reading }) => !reading.ok)
    .map(({ path }) => `registry: entry not closed in ${path}: it could not be read`);
  const byKey = new Map(mergeRegistries(registries).map(each => [each.key, each]));
  const recorded = new Map<string, Recorded>();
  const closings: Closing[] = [];
  for (const { target, outcome, processes } of results) {
    const record = byKey.get(target.key);
    const errors: string[] = [];
    recorded.set(target.key, { promptDeleted: false, archived: [], archives: [], errors });
    if (outcome === 'refused') continue;
    // Unowned sessions have no entry; for an agent we cannot tell while a registry is unreadable.
    if (record === undefined) errors.push(...(target.agentId === undefined ? [] : unread));
    // Invalid entries are shown, never changed.
    else if (record.hasFaults)
      errors.push(`registry: entry not closed: ${faultsText(record.entry)}`);
    else {
      const listing = listingOf(record, registries);
      const unseen = unreadDatabase(listing, registries);
      const isStuck = outcome === 'survived' || outcome === 'denied';
      const survivors = processes.filter(each => ['survived', 'denied'].includes(each.outcome));
      closings.push({ record, listing, unseen, isStuck, survivors, errors });
    }
  }
  const active = closings.filter(({ record }) => recordedStatus(record.entry.status) === 'active');
  const groups = groupBy(active, closing => JSON.stringify(filesAt(placeOf(closing))));
  for (const group of groups.values()) await close(host, group, options);
  for (const { record, isStuck, errors } of closings)
    recorded.set(record.key, tidy(host, isStuck ? [] : filesOnRecord(record, registries), errors));
  return recorded;
}

/** The database of its workspace, if the poll could not read it. It may be free now: it is changed together with the other
 * registries, or none of them is. */
function unreadDatabase({ workspace }: Listing, registries: readonly RegistryReading[]) {
  return registries.find(
    each => each.workspace === workspace && each.scope === 'database' && !each.reading.ok,
  )?.path;
}

/** If the update is refused, each change is retried alone, so that one invalid entry does not block the
 * others. */
async function close(
  host: RecordPorts,
  group: readonly Closing[],
  options: RecordOptions,
): Promise<void> {
  const changes = new Map(group.map(each => [changeOf(each, options), each]));
  const { result, outcomes } = await applyChanges(host.registryStore, {
    places: [{ ...placeOf(group[0] as Closing), changes: [...changes.keys()] }],
    takenAt: () => host.clock.now(),
    waitMs: options.lockWaitMs,
  });
  if (result.kind === 'refused' && group.length > 1 && result.written.length === 0) {
    for (const each of group) await close(host, [each], options);
    return;
  }
  if (result.kind !== 'done')
    for (const { errors } of group) errors.push(`${result.path}: ${failureClause(result)}`);
  for (const { change, skippedBecause } of outcomes)
    if (skippedBecause !== undefined)
      changes.get(change)?.errors.push(`registry: ${skippedBecause}`);
}

function placeOf({ listing, unseen }: Closing): Listing {
  return unseen === undefined ? listing : { ...listing, databaseFile: unseen };
}

function changeOf(
  { record, unseen, isStuck, survivors }: Closing,
  { reason, bootId }: RecordOptions,
): Change {
  const { id, task, session, startedAt } = record.entry;
  const kind = isStuck ? 'mark stuck' : 'close';
  const isTrackable = survivors.length > 0 && bootId !== undefined && bootId !== '';
  const processes = isTrackable
    ? survivors.map(({ pid, start }) => ({ pid, start, boot_id: bootId }))
    : undefined;
  const isDatabaseUnseen = unseen !== undefined;
  const judged = { agentId: id, task, session, startedAt, isDatabaseUnseen };
  return { kind, ...judged, reason, processes, says: '' };
}

function tidy(host: RecordPorts, files: readonly AgentFile[], before: readonly string[]): Recorded {
  const errors = [...before];
  const archived: string[] = [];
  const archives: string[] = [];
  let promptDeleted = false;
  for (const file of files) {
    const done = host.agentFiles.archive(file);
    if (!done.ok) errors.push(done.reason);
    else if (done.value !== undefined) {
      if (isPrompt(file)) promptDeleted = true;
      archived.push(file.path);
      archives.push(done.value);
    }
  }
  return { promptDeleted, archived, archives, errors };
}
