/** Merges the registries of a workspace into one record per agent. A database is authoritative, then the task
 * registry; the global one is an index that may be outdated. Disagreements become evidence. */
import { addTo } from '../model/group-by.ts';
import type { AgentEntry, RegistryReading } from '../model/model.ts';
import { oncePer } from '../model/once-per.ts';
import { byAuthority } from '../model/recorded.ts';
import { formatKey } from '../model/row-keys.ts';

export type RecordedStatus = 'active' | 'terminal' | 'unclear';

export type AgentRecord = {
  readonly key: string;
  /** The authoritative entry, with what only the others have. */
  readonly entry: AgentEntry;
  readonly status: RecordedStatus;
  readonly registries: readonly RegistryReading[];
  /** The entry in each of these registries. */
  readonly entries: readonly AgentEntry[];
  /** Latest of `modifiedAt` and the agent's start: how long the record has been stable. */
  readonly changedAt: number;
  /** Newest modification time of the files that list this agent. */
  readonly modifiedAt: number;
  /** Entries that follow the authoritative one, one for each registry of another scope. */
  readonly followers: readonly RegistrySource[];
  /** The workspace has a database that lists other agents, but not this one. */
  readonly isMissingInDatabase: boolean;
  readonly hasFaults: boolean;
  /** True if the registry that is authoritative for this agent could not be read. */
  readonly authorityUnread: boolean;
};

const activeStatuses = new Set([
  'running',
  'working',
  'blocked',
  'reviewing',
  'pending',
  'starting',
  // Written by vigil: a process survived SIGKILL.
  'stuck',
]);
const terminalStatuses = new Set([
  'completed',
  'phase_completed',
  'terminated',
  'killed',
  'error',
  'failed',
]);

/** An entry, and where it was read. */
export type RegistrySource = { readonly reading: RegistryReading; readonly entry: AgentEntry };
type Source = RegistrySource;

/** @returns one record per agent and task, in file order. Keys are unique: if two tasks use the same id, the
 * second key gets the task's name appended. */
export const mergeRegistries = oncePer(merge);

function merge(registries: readonly RegistryReading[]): readonly AgentRecord[] {
  const groups: Source[][] = [];
  /** By workspace: groups of the same agent id, one for each task. */
  const byWorkspace = new Map<string, Map<string, Source[][]>>();
  const unread = new Set<string>();
  const databases = new Map<string, RegistryReading>();
  for (const reading of [...registries].sort(byAuthority)) {
    const { workspace, scope } = reading;
    if (scope === 'database') databases.set(workspace, reading);
    if (!reading.reading.ok) {
      if (scope === 'task') unread.add(groupKey(workspace, taskOfPath(reading.path)));
      continue;
    }
    const ownTask = taskOf(reading);
    const byId = byWorkspace.get(workspace) ?? new Map<string, Source[][]>();
    byWorkspace.set(workspace, byId);
    for (const entry of reading.reading.value.entries) {
      const task = (scope === 'task' ? ownTask : entry.task) || undefined;
      const source = { reading, entry: entry.task === task ? entry : { ...entry, task } };
      const candidates = byId.get(entry.id) ?? [];
      const known = groupOf(candidates, source);
      if (known !== undefined) {
        known.push(source);
        continue;
      }
      const group = [source];
      groups.push(group);
      addTo(byId, entry.id, group);
    }
  }
  const taken = new Set<string>();
  return groups.map(sources => {
    const { reading, entry } = sources[0] as Source;
    const key = uniqueKey(entry, taken);
    const database = databases.get(reading.workspace)?.reading;
    const isUnread = unread.size > 0 && unread.has(groupKey(reading.workspace, entry.task ?? ''));
    const isInDatabase = reading.scope === 'database';
    const authorityUnread = !isInDatabase && (isUnread || database?.ok === false);
    const isMissingInDatabase =
      !isInDatabase && database?.ok === true && database.value.entries.length > 0;
    return recordOf(key, sources, { authorityUnread, isMissingInDatabase });
  });
}

/** @returns whether a status means active or finished. A missing status means active: a new agent has none in
 * the global registry. */
export function recordedStatus(status: string | undefined): RecordedStatus {
  const word = status?.trim().toLowerCase();
  if (word === undefined || word === '' || activeStatuses.has(word)) return 'active';
  return terminalStatuses.has(word) ? 'terminal' : 'unclear';
}

/** A global entry with a missing or wrong task is matched to the only task that has its id, and so is an entry of a
 * database that does not say the task. Two rows with different tasks are two agents, as in the files of two tasks. */
function groupOf(candidates: readonly Source[][], { reading, entry }: Source) {
  const exact = candidates.find(([first]) => first?.entry.task === entry.task);
  if (exact !== undefined) return exact;
  if (reading.scope === 'task' || (reading.scope === 'database' && entry.task !== undefined))
    return candidates.find(([first]) => first?.entry.task === undefined);
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** Joins strings into a key without collisions. */
function groupKey(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

type Doubts = Pick<AgentRecord, 'authorityUnread' | 'isMissingInDatabase'>;

function recordOf(
  key: string,
  sources: readonly Source[],
  { authorityUnread, isMissingInDatabase }: Doubts,
): AgentRecord {
  const entries = sources.map(source => source.entry);
  const registries = sources.map(source => source.reading);
  const status = entries.find(entry => entry.status !== undefined)?.status;
  const hasFaults = entries.some(({ faults }) => faults.length > 0);
  const isUnclear = entries.some(({ faults }) => faults.some(({ field }) => field === 'status'));
  const modifiedAt = Math.max(...registries.map(reading => reading.modifiedAt));
  const merged = mergedEntry(entries);
  return {
    key,
    entry: merged,
    status: isUnclear ? 'unclear' : recordedStatus(status),
    registries,
    entries,
    modifiedAt,
    changedAt: Math.max(modifiedAt, merged.startedAt ?? 0),
    followers: followersIn(sources),
    hasFaults,
    authorityUnread,
    isMissingInDatabase,
  };
}

/** The first entry of each scope but the authoritative one's. */
function followersIn(sources: readonly Source[]): readonly Source[] {
  const seen = new Set<string>();
  return sources.filter(({ reading: { scope } }, at) => {
    const isFirst = !seen.has(scope);
    seen.add(scope);
    return isFirst && at > 0;
  });
}

/** The first entry, with what only the others have. */
function mergedEntry(entries: readonly AgentEntry[]): AgentEntry {
  const [first, ...others] = entries as readonly [AgentEntry, ...AgentEntry[]];
  const session = first.session ?? others.find(each => each.session)?.session;
  const task = first.task ?? others.find(each => each.task)?.task;
  const files = first.files ?? others.find(each => each.files)?.files;
  const hasMore = others.some(({ tracked }) => tracked.length > 0);
  const isWhole = session === first.session && task === first.task && files === first.files;
  if (isWhole && !hasMore) return first;
  return { ...first, session, task, files, tracked: entries.flatMap(({ tracked }) => tracked) };
}

function uniqueKey(entry: AgentEntry, taken: Set<string>): string {
  const { id, task = '' } = entry;
  let key = formatKey({ kind: 'agent', id });
  for (let count = 1; taken.has(key); count++) key = formatKey({ kind: 'agent', id, task, count });
  taken.add(key);
  return key;
}

/** Sorts active records first, so that the same entry wins a contested claim whatever the evidence. */
export const activeFirst = oncePer((records: readonly AgentRecord[]): readonly AgentRecord[] => {
  const isActive = ({ status }: AgentRecord) => status === 'active';
  return [...records.filter(isActive), ...records.filter(record => !isActive(record))];
});

/** Whether a status counts for `completed_count`, rather than merely as finished. */
export function isCompleted(status: string | undefined): boolean {
  return status === 'completed' || status === 'phase_completed';
}

/** The task of a registry: its `task_id`, or else the name of its directory. */
export function taskOf(registry: RegistryReading): string {
  const recorded = registry.reading.ok ? registry.reading.value.task : undefined;
  return recorded ?? taskOfPath(registry.path);
}

/** The task of a registry file, from its directory. */
export function taskOfPath(path: string): string {
  return path.split('/').at(-2) ?? '';
}

/** The last two parts of a registry's path, enough to identify it. */
export function shortPath(reading: { readonly path: string }): string {
  return reading.path.split('/').slice(-2).join('/');
}
