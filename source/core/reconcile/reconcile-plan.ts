/** Compares registries with a snapshot and plans the changes that make them agree. Pure; every change is
 * checked again under the lock (`apply-changes.ts`). */
import {
  type AgentEntry,
  identityOf,
  type ProcessRef,
  type RegistryReading,
  type Row,
  type Snapshot,
} from '../model/model.ts';
import { oncePer } from '../model/once-per.ts';
import { wrongCounters } from '../registry/counters.ts';
import { scopeNames } from '../registry/disagreements.ts';
import { type AgentRecord, mergeRegistries, recordedStatus, shortPath } from '../registry/merge.ts';
import { type Finding, findingsOf } from './findings.ts';
import { globalOf, type Listing, listingOf } from './listing.ts';

/** An item of `tracked_processes`. */
export type TrackedProcess = ProcessRef & { readonly boot_id: string };

/** One change to a registry; `says` describes it in full. */
export type Change = {
  readonly agentId: string;
  readonly task?: string;
  readonly says: string;
} & (
  | {
      /** Closes an active entry without a running process, or marks it `stuck` if a process
       * survived SIGKILL. */
      readonly kind: 'close' | 'mark stuck';
      /** What has survived. */
      readonly processes?: readonly TrackedProcess[];
      readonly reason: string;
      readonly session?: string;
      readonly startedAt?: number;
      /** The database could not be read when the agent was judged. */
      readonly isDatabaseUnseen?: boolean;
    }
  /** The entry of another registry differs from the authoritative one, or one of them is missing. */
  | { readonly kind: 'follow' | 'add to global' | 'add to task' }
  | {
      /** Records the identities of a live agent's processes, to recognise them after reparenting. */
      readonly kind: 'track';
      readonly processes: readonly TrackedProcess[];
    }
);

/** The registries of one task, whose changes are applied in one update. */
export type Place = Listing & {
  readonly changes: readonly Change[];
  /** Counters that differ from the entries. */
  readonly counts: readonly { readonly path: string; readonly says: string }[];
};

export type ReconcilePlan = {
  /** Time of the evidence, epoch milliseconds; becomes `terminated_at` of closed entries. */
  readonly takenAt: number;
  readonly places: readonly Place[];
  readonly findings: readonly Finding[];
};

/** Minimum age of a process to be recorded. */
const trackedAgeMs = 2000;

/** @param earlier a poll at least half a second before: a row is closed if it was a ghost in both. */
export function planReconcile(
  registries: readonly RegistryReading[],
  snapshot: Snapshot,
  earlier: Snapshot,
): ReconcilePlan {
  const rows = new Map(snapshot.rows.map(row => [row.key, row]));
  const settled = new Set(earlier.rows.filter(row => row.class === 'ghost').map(row => row.key));
  const places = new Map<string, Place & { readonly changes: Change[] }>();
  const known = new Map<Listing, Change[]>();
  const changesAt = (listing: Listing) => {
    const changes = known.get(listing) ?? changesIn(listing);
    known.set(listing, changes);
    return changes;
  };
  const changesIn = (listing: Listing) => {
    const { workspace, taskFile, databaseFile, globalFile } = listing;
    const key = JSON.stringify([workspace, taskFile, databaseFile]);
    const before = places.get(key);
    if (before !== undefined) return before.changes;
    // A database has no counters; those of JSON files are in a place without it.
    const counted = databaseFile === undefined ? (taskFile ?? globalFile) : undefined;
    const counts = countsOf(counted, registries);
    const changes: Change[] = [];
    places.set(key, { ...listing, changes, counts });
    return changes;
  };
  const records = mergeRegistries(registries);
  for (const record of records) {
    const listing = listingOf(record, registries);
    const changes = changesAt(listing);
    const row = rows.get(record.key);
    // Invalid entries are shown, never changed.
    if (record.hasFaults || row === undefined) continue;
    const isGone = row.class === 'ghost' && settled.has(row.key);
    changes.push(...changesOf({ record, row, isGone, listing, registries, snapshot }));
  }
  // Files without entries have counters too.
  for (const { workspace, scope, path } of registries)
    changesAt({
      workspace,
      taskFile: scope === 'task' ? path : undefined,
      globalFile: globalOf(workspace, registries),
    });
  const findings = findingsOf(records, snapshot);
  return { takenAt: snapshot.takenAt, places: [...places.values()], findings };
}

/** Counters of the task registry; those of the global registry are in a group of their own. */
function countsOf(path: string | undefined, registries: readonly RegistryReading[]) {
  const registry = registries.find(each => each.path === path);
  if (registry === undefined || !registry.reading.ok) return [];
  return wrongCounters(registry.reading.value, registry.scope).map(
    ({ name, recorded, actual }) => ({
      path: registry.path,
      says: `${shortPath(registry)}: ${name} is ${recorded}, but ${actual} entries match`,
    }),
  );
}

export function isEmpty(plan: ReconcilePlan): boolean {
  return plan.places.every(place => place.changes.length === 0 && place.counts.length === 0);
}

/** Keeps only changes that were in the confirmed plan; counters are derived, so they always stay. */
export function shownBefore(plan: ReconcilePlan, shown: ReconcilePlan): ReconcilePlan {
  const keyOf = ({ workspace, taskFile }: Place, { kind, agentId }: Change) =>
    JSON.stringify([workspace, taskFile, kind, agentId]);
  const known = new Set(
    shown.places.flatMap(place => place.changes.map(change => keyOf(place, change))),
  );
  const places = plan.places.map(place => ({
    ...place,
    changes: place.changes.filter(change => known.has(keyOf(place, change))),
  }));
  return { ...plan, places };
}

/** `close 46 dead entries, add 87 missing entries, fix 2 counters`. */
export function planSummary({ places }: ReconcilePlan): string {
  const numbers = new Map<Change['kind'], number>();
  for (const { changes } of places)
    for (const { kind } of changes) numbers.set(kind, (numbers.get(kind) ?? 0) + 1);
  const count = (...counted: readonly Change['kind'][]) =>
    counted.reduce((sum, kind) => sum + (numbers.get(kind) ?? 0), 0);
  const counters = places.flatMap(({ counts }) => counts).length;
  const parts = [
    ['close', count('close'), 'dead entry', 'dead entries'],
    ['add', count('add to global', 'add to task'), 'missing entry', 'missing entries'],
    ['update', count('follow'), 'global entry', 'global entries'],
    ['record', count('track'), 'agent’s processes', 'agents’ processes'],
    ['fix', counters, 'counter', 'counters'],
  ] as const;
  return (
    parts
      .filter(([, number]) => number > 0)
      .map(([verb, number, one, many]) => `${verb} ${number} ${number === 1 ? one : many}`)
      .join(', ') || 'nothing to do'
  );
}

type Judged = {
  readonly record: AgentRecord;
  readonly row: Row;
  /** Two polls agree that it is a ghost. Closing its entry updates the global one too. */
  readonly isGone: boolean;
  readonly listing: Listing;
  readonly registries: readonly RegistryReading[];
  readonly snapshot: Snapshot;
};

function changesOf({ record, row, isGone, listing, registries, snapshot }: Judged): Change[] {
  const { id, task, session, startedAt, status = 'active' } = record.entry;
  const agent = { agentId: id, task };
  const changes: Change[] = [];
  const scopes = new Set(record.registries.map(registry => registry.scope));
  // Orchestrators with a database write no agents to their JSON files: what only the database has stays there.
  const isPaired = scopes.size === 1 && !scopes.has('database');
  if (isPaired && listing.taskFile !== undefined && listing.globalFile !== undefined) {
    const [own] = scopes;
    const missing = own === 'task' ? 'global' : 'task';
    const index = registries.find(each => each.path === listing.globalFile)?.reading;
    // The global registry is keyed by id, so it holds only one of two tasks' agents with the same id.
    const isTaken = index?.ok && idsOf(index.value.entries).has(id);
    if (missing === 'global' && isTaken) return changes;
    const says = `${id}: only in the ${own} registry; added to the ${missing} registry`;
    changes.push({ ...agent, kind: `add to ${missing}`, says });
  }
  if (isGone) {
    const reason = 'session_not_found';
    const says = `${id}: ${status} → terminated (${reason})`;
    changes.push({ ...agent, kind: 'close', reason, session, startedAt, says });
  }
  const differences = (isGone ? [] : record.followers).flatMap(({ reading, entry }) => {
    const difference = differenceOf(record.entry, entry);
    return difference === undefined ? [] : `${scopeNames[reading.scope]} updated: ${difference}`;
  });
  if (differences.length > 0)
    changes.push({ ...agent, kind: 'follow', says: `${id}: ${differences.join('; ')}` });
  const processes = untracked(record, row, snapshot);
  if (processes !== undefined && scopes.has('task')) {
    const counted = `${processes.length} ${processes.length === 1 ? 'process' : 'processes'}`;
    const says = `${id}: ${counted} recorded (tracked_processes)`;
    changes.push({ ...agent, kind: 'track', processes, says });
  }
  return changes;
}

const idsOf = oncePer(
  (entries: readonly AgentEntry[]): ReadonlySet<string> => new Set(entries.map(({ id }) => id)),
);

/** Describes how an entry differs from the authoritative one. A missing status is no difference for an active agent:
 * it was just deployed. */
function differenceOf(entry: AgentEntry, indexed: AgentEntry): string | undefined {
  const isFresh = indexed.status === undefined && recordedStatus(entry.status) === 'active';
  const words: string[] = [];
  if (entry.status !== undefined && entry.status !== indexed.status && !isFresh)
    words.push(`status ${indexed.status ?? 'not recorded'} → ${entry.status}`);
  const { session = entry.session } = indexed;
  if (entry.session !== undefined && entry.session !== session)
    words.push(`session ${session} → ${entry.session}`);
  return words.join(', ') || undefined;
}

/** Long-lived processes of a live agent, if any is missing from `tracked_processes`. */
function untracked({ entry }: AgentRecord, row: Row, { machine, takenAt }: Snapshot) {
  const { bootId } = machine;
  if (row.class !== 'live' || bootId === '') return undefined;
  const tracked = new Set(entry.tracked.filter(each => each.bootId === bootId).map(identityOf));
  // What only the entry or a name claims is no more proven by being written: it would be proof from then on.
  const lasting = row.processes.filter(
    each => takenAt - each.startedAt >= trackedAgeMs && each.reason.strength === 'proof',
  );
  if (lasting.every(each => tracked.has(identityOf(each)))) return undefined;
  return lasting.map(({ pid, start }) => ({ pid, start, boot_id: bootId }));
}
