/** Compares registries with a snapshot and plans the changes that make them agree. Pure; every change is
 * checked again under the lock (`apply-changes.ts`). */
import type { RegistryReading, Row, RowProcess, Snapshot } from '../model/model.ts';
import { type AgentRecord, mergeRegistries, recordedStatus, taskOf } from '../registry/merge.ts';
import { type CountDrift, countsOf } from './counts.ts';
import { type Finding, findingsOf } from './findings.ts';

export type Identity = { readonly pid: number; readonly start: string; readonly boot_id: string };

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
      readonly reason: string;
      readonly session?: string;
      readonly startedAt?: number;
    }
  | {
      /** The global entry differs from the task's, or one of them is missing. */
      readonly kind: 'follow' | 'add to global' | 'add to task';
    }
  | {
      /** Records the identities of a live agent's processes, to recognise them after reparenting. */
      readonly kind: 'track';
      readonly processes: readonly Identity[];
    }
);

/** The task registry and global registry of one task, whose changes are applied in one update. */
export type Place = {
  readonly workspace: string;
  /** `undefined` for agents that only the global registry lists. */
  readonly taskFile?: string;
  readonly globalFile?: string;
  readonly changes: readonly Change[];
  readonly counts: readonly CountDrift[];
};

export type ReconcilePlan = {
  /** Time of the evidence, epoch milliseconds; becomes `terminated_at` of closed entries. */
  readonly takenAt: number;
  readonly places: readonly Place[];
  readonly findings: readonly Finding[];
};

/** Minimum age of a process to be recorded. */
const trackedAgeMs = 2000;

/** @param settled keys of rows that were ghosts in an earlier poll, at least half a second before. */
export function planReconcile(
  registries: readonly RegistryReading[],
  snapshot: Snapshot,
  settled: ReadonlySet<string>,
): ReconcilePlan {
  const rows = new Map(snapshot.rows.map(row => [row.key, row]));
  const places = new Map<string, { place: Omit<Place, 'changes' | 'counts'>; changes: Change[] }>();
  const records = mergeRegistries(registries);
  for (const record of records) {
    const place = placeOf(record, registries);
    const key = JSON.stringify([place.workspace, place.taskFile]);
    const entry = places.get(key) ?? { place, changes: [] };
    places.set(key, entry);
    entry.changes.push(
      ...changesOf(record, place, rows.get(record.key), snapshot, settled, registries),
    );
  }
  // Files without entries have counters too.
  for (const registry of registries) {
    const isTask = registry.scope === 'task';
    const key = JSON.stringify([registry.workspace, isTask ? registry.path : undefined]);
    const globalFile = globalOf(registry.workspace, registries);
    const place = {
      workspace: registry.workspace,
      taskFile: isTask ? registry.path : undefined,
      globalFile,
    };
    if (!places.has(key)) places.set(key, { place, changes: [] });
  }
  return {
    takenAt: snapshot.takenAt,
    places: [...places.values()].map(({ place, changes }) => ({
      ...place,
      changes,
      counts: countsOf(place, registries),
    })),
    findings: findingsOf(records, snapshot),
  };
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
export function planSummary(plan: ReconcilePlan): string {
  const count = (kinds: readonly string[]) =>
    plan.places.reduce(
      (sum, place) => sum + place.changes.filter(change => kinds.includes(change.kind)).length,
      0,
    );
  const counters = plan.places.reduce((sum, place) => sum + place.counts.length, 0);
  const parts: readonly (readonly [string, number, string, string])[] = [
    ['close', count(['close']), 'dead entry', 'dead entries'],
    ['add', count(['add to global', 'add to task']), 'missing entry', 'missing entries'],
    ['update', count(['follow']), 'global entry', 'global entries'],
    ['record', count(['track']), 'agent’s processes', 'agents’ processes'],
    ['fix', counters, 'counter', 'counters'],
  ];
  return (
    parts
      .filter(([, number]) => number > 0)
      .map(([verb, number, one, many]) => `${verb} ${number} ${number === 1 ? one : many}`)
      .join(', ') || 'nothing to do'
  );
}

function changesOf(
  record: AgentRecord,
  place: Omit<Place, 'changes' | 'counts'>,
  row: Row | undefined,
  snapshot: Snapshot,
  settled: ReadonlySet<string>,
  registries: readonly RegistryReading[],
): Change[] {
  const { id, task, session, startedAt } = record.entry;
  // Invalid entries are shown, never changed.
  if (record.hasFaults || row === undefined) return [];
  const agent = { agentId: id, task };
  const changes: Change[] = [];
  const scopes = new Set(record.registries.map(registry => registry.scope));
  if (scopes.size === 1 && place.taskFile !== undefined && place.globalFile !== undefined) {
    const missing = scopes.has('task') ? 'global' : 'task';
    if (missing === 'global' && isIndexed(id, place.globalFile, registries)) return changes;
    changes.push({
      ...agent,
      kind: `add to ${missing}`,
      says: `${id}: only in the ${[...scopes][0]} registry; added to the ${missing} registry`,
    });
  }
  if (row.class === 'ghost' && settled.has(row.key))
    changes.push({
      ...agent,
      kind: 'close',
      reason: 'session_not_found',
      session,
      startedAt,
      says: `${id}: ${record.entry.status ?? 'active'} → terminated (session_not_found)`,
    });
  const difference = differenceOf(record);
  if (scopes.size === 2 && difference !== undefined)
    changes.push({
      ...agent,
      kind: 'follow',
      says: `${id}: global registry updated: ${difference}`,
    });
  const processes = untracked(record, row, snapshot);
  if (processes !== undefined && scopes.has('task'))
    changes.push({
      ...agent,
      kind: 'track',
      processes,
      says: `${id}: ${processes.length} ${processes.length === 1 ? 'process' : 'processes'} recorded (tracked_processes)`,
    });
  return changes;
}

/** The global registry is keyed by id, so it holds only one of two tasks' agents with the same id. */
function isIndexed(id: string, path: string, registries: readonly RegistryReading[]): boolean {
  const index = registries.find(each => each.path === path);
  return index?.reading.ok === true && index.reading.value.entries.some(entry => entry.id === id);
}

/** Describes how the global entry differs from the task's. A missing global status is no difference for an
 * active agent: it was just deployed. */
function differenceOf(record: AgentRecord): string | undefined {
  const { entry, indexed } = record;
  if (indexed === undefined) return undefined;
  const isFresh = indexed.status === undefined && recordedStatus(entry.status) === 'active';
  const words: string[] = [];
  if (entry.status !== undefined && entry.status !== indexed.status && !isFresh)
    words.push(`status ${indexed.status ?? 'not recorded'} → ${entry.status}`);
  if (
    entry.session !== undefined &&
    indexed.session !== undefined &&
    entry.session !== indexed.session
  )
    words.push(`session ${indexed.session} → ${entry.session}`);
  return words.length > 0 ? words.join(', ') : undefined;
}

/** Long-lived processes of a live agent, if any is missing from `tracked_processes`. */
function untracked(record: AgentRecord, row: Row, snapshot: Snapshot): Identity[] | undefined {
  if (row.class !== 'live' || snapshot.machine.bootId === '') return undefined;
  const { bootId } = snapshot.machine;
  const lasting = row.processes.filter(each => snapshot.takenAt - each.startedAt >= trackedAgeMs);
  const isTracked = (process: RowProcess) =>
    record.entry.tracked.some(
      known =>
        known.pid === process.pid && known.start === process.start && known.bootId === bootId,
    );
  if (lasting.every(isTracked)) return undefined;
  return lasting.map(({ pid, start }) => ({ pid, start, boot_id: bootId }));
}

/** The registries that list an agent, or should. */
export function placeOf(record: AgentRecord, registries: readonly RegistryReading[]) {
  const workspace = record.registries[0]?.workspace ?? '';
  const ownTask = record.registries.find(registry => registry.scope === 'task');
  const named = registries.find(
    registry =>
      registry.workspace === workspace &&
      registry.scope === 'task' &&
      taskOf(registry) === record.entry.task,
  );
  return {
    workspace,
    taskFile: (ownTask ?? named)?.path,
    globalFile: globalOf(workspace, registries),
  };
}

function globalOf(workspace: string, registries: readonly RegistryReading[]): string | undefined {
  return registries.find(
    each => each.workspace === workspace && each.scope === 'global' && each.kind === 'json',
  )?.path;
}
