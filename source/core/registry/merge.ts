/** Merges task and global registries into one record per agent. The task registry is authoritative, the global
 * one an index that may be outdated; disagreements become evidence. */
import { type Evidence, hint } from '../evidence/evidence.ts';
import { addTo } from '../model/group-by.ts';
import type { AgentEntry, RegistryReading } from '../model/model.ts';
import { formatKey } from '../model/row-keys.ts';

export type RecordedStatus = 'active' | 'terminal' | 'unclear';

export type AgentRecord = {
  readonly key: string;
  /** The authoritative entry: the task registry's if there is one. */
  readonly entry: AgentEntry;
  readonly status: RecordedStatus;
  readonly registries: readonly RegistryReading[];
  /** The entry in each of these registries. */
  readonly entries: readonly AgentEntry[];
  /** Latest of `modifiedAt` and the agent's start: how long the record has been stable. */
  readonly changedAt: number;
  /** Newest modification time of the files that list this agent. */
  readonly modifiedAt: number;
  /** The global registry's entry, if both registries list this agent. */
  readonly indexed?: AgentEntry;
  readonly hasFaults: boolean;
  /** True if the task registry that should list this agent could not be read. */
  readonly authorityUnread: boolean;
};

export type Disagreement = { readonly kind: 'duplicate' | 'disagreement'; readonly text: string };

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

type Source = { readonly reading: RegistryReading; readonly entry: AgentEntry };

/** @returns one record per agent and task, in file order. Keys are unique: if two tasks use the same id, the
 * second key gets the task's name appended. */
export function mergeRegistries(registries: readonly RegistryReading[]): readonly AgentRecord[] {
  const known = cache.get(registries);
  if (known !== undefined) return known;
  const records = merge(registries);
  cache.set(registries, records);
  return records;
}

/** By list of readings: files that have not changed are the same list in the next poll. */
const cache = new WeakMap<readonly RegistryReading[], readonly AgentRecord[]>();

function merge(registries: readonly RegistryReading[]): readonly AgentRecord[] {
  const groups: Source[][] = [];
  /** Groups of the same agent id in a workspace, one for each task. */
  const byId = new Map<string, Source[][]>();
  const unread = new Set<string>();
  for (const reading of firstWhere(registries, ({ scope }) => scope === 'task')) {
    const { workspace, scope } = reading;
    if (!reading.reading.ok) {
      if (scope === 'task') unread.add(groupKey(workspace, taskOfPath(reading.path)));
      continue;
    }
    const ownTask = taskOf(reading);
    for (const entry of reading.reading.value.entries) {
      const task = (scope === 'task' ? ownTask : entry.task) || undefined;
      const source = { reading, entry: entry.task === task ? entry : { ...entry, task } };
      const candidates = byId.get(groupKey(workspace, entry.id)) ?? [];
      const known = groupOf(candidates, source);
      if (known !== undefined) {
        known.push(source);
        continue;
      }
      const group = [source];
      groups.push(group);
      addTo(byId, groupKey(workspace, entry.id), group);
    }
  }
  const taken = new Set<string>();
  return groups.map(sources => {
    const { reading, entry } = sources[0] as Source;
    const key = uniqueKey(entry, taken);
    return recordOf(key, sources, unread.has(groupKey(reading.workspace, entry.task ?? '')));
  });
}

/** @returns whether a status means active or finished. A missing status means active: a new agent has none in
 * the global registry. */
export function recordedStatus(status: string | undefined): RecordedStatus {
  const word = status?.trim().toLowerCase();
  if (word === undefined || word === '' || activeStatuses.has(word)) return 'active';
  return terminalStatuses.has(word) ? 'terminal' : 'unclear';
}

/** A global entry with a missing or wrong task is matched to the only task that has its id. */
function groupOf(candidates: readonly Source[][], { reading, entry }: Source) {
  const exact = candidates.find(([first]) => first?.entry.task === entry.task);
  if (exact !== undefined || reading.scope === 'task') return exact;
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** Joins strings into a key without collisions. */
function groupKey(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

function recordOf(key: string, sources: readonly Source[], authorityUnread: boolean): AgentRecord {
  const { reading } = sources[0] as Source;
  const index = sources.find(source => source.reading.scope === 'global');
  const status = sources.find(source => source.entry.status !== undefined)?.entry.status;
  const faults = sources.flatMap(source => source.entry.faults);
  const modifiedAt = Math.max(...sources.map(source => source.reading.modifiedAt));
  const merged = mergedEntry(sources.map(source => source.entry));
  return {
    key,
    entry: merged,
    status: faults.some(({ field }) => field === 'status') ? 'unclear' : recordedStatus(status),
    registries: sources.map(source => source.reading),
    entries: sources.map(source => source.entry),
    modifiedAt,
    changedAt: Math.max(modifiedAt, merged.startedAt ?? 0),
    indexed: reading.scope === 'task' ? index?.entry : undefined,
    hasFaults: faults.length > 0,
    authorityUnread,
  };
}

/** The first entry, with what only the others have. */
function mergedEntry(entries: readonly AgentEntry[]): AgentEntry {
  const [first, ...others] = entries as readonly [AgentEntry, ...AgentEntry[]];
  const session = first.session ?? others.find(each => each.session)?.session;
  const hasMore = others.some(({ tracked }) => tracked.length > 0);
  if (session === first.session && !hasMore) return first;
  return { ...first, session, tracked: entries.flatMap(({ tracked }) => tracked) };
}

/** @returns recorded statuses and disagreements between registries. */
export function registryEvidence(record: AgentRecord): readonly Evidence[] {
  return [
    ...sourcesOf(record).map(source => hint('registry', registryText(source))),
    ...disagreementsOf(record).map(({ text }) => hint('registry-disagreement', text)),
  ];
}

function sourcesOf({ registries, entries }: AgentRecord): readonly Source[] {
  return registries.map((reading, at) => ({ reading, entry: entries[at] as AgentEntry }));
}

function registryText({ reading, entry }: Source): string {
  const faults = entry.faults.length > 0 ? ` (${faultsText(entry)})` : '';
  return `registry ${shortPath(reading)}: status ${entry.status ?? 'not recorded'}${faults}`;
}

/** The faults of an entry as one sentence. */
export function faultsText({ faults }: AgentEntry): string {
  return faults.map(({ text }) => text).join('; ');
}

/** @returns duplicate and conflicting entries of an agent. */
export function disagreementsOf(record: AgentRecord): readonly Disagreement[] {
  const sources = sourcesOf(record);
  const found: Disagreement[] = [];
  const disagree = (text: string) => found.push({ kind: 'disagreement', text });
  const paths = sources.map(source => source.reading.path);
  if (new Set(paths).size < paths.length)
    found.push({ kind: 'duplicate', text: 'listed more than once in the same registry' });
  const tasks = sources.filter(source => source.reading.scope === 'task');
  const index = sources.find(source => source.reading.scope === 'global');
  if (tasks.length === 0) disagree('only in the global registry, not in a task registry');
  if (tasks.length === 0 || index === undefined) return found;
  const authority = (tasks[0] as Source).entry;
  for (const name of ['task', 'status', 'session'] as const) {
    const [own, other] = [authority[name] ?? 'not recorded', index.entry[name]];
    if (other !== undefined && own !== other)
      disagree(`task and global registry disagree: ${name} ${own}, ${other}`);
  }
  return found;
}

function uniqueKey(entry: AgentEntry, taken: Set<string>): string {
  const { id, task = '' } = entry;
  let key = formatKey({ kind: 'agent', id });
  for (let count = 1; taken.has(key); count++) key = formatKey({ kind: 'agent', id, task, count });
  taken.add(key);
  return key;
}

/** Sorts active records first, so that the same entry wins a contested claim whatever the evidence. */
export function activeFirst(records: readonly AgentRecord[]): AgentRecord[] {
  return firstWhere(records, ({ status }) => status === 'active');
}

function firstWhere<T>(items: readonly T[], isFirst: (item: T) => boolean): T[] {
  return [...items.filter(isFirst), ...items.filter(item => !isFirst(item))];
}

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
