/** Parses registry JSON, which is untrusted: an invalid entry is reported and skipped or marked, the others are
 * kept. Only own properties are read, so `__proto__` and `constructor` are ordinary ids. */
import { isSame } from '../model/is-same.ts';
import type {
  AgentEntry,
  EntryFault,
  Limits,
  Reading,
  RegistryContent,
  RegistryScope,
  Task,
} from '../model/model.ts';
import { parseJson } from './json.ts';

const maxEntries = 10_000;
/** The rest of a task's description is dropped. */
const longestDescription = 2000;

/** Parses the text of one registry file.
 * @param before what it held before: entries that say the same are the same objects again.
 * @returns its entries and their faults, or why the file cannot be used. */
export function parseRegistry(
  text: string,
  scope: RegistryScope,
  before?: RegistryContent,
): Reading<RegistryContent> {
  const parsed = parseJson(text);
  return parsed.ok ? contentOf(parsed.value, scope, before) : parsed;
}

/** @param json the parsed text of one registry file. */
export function contentOf(
  json: unknown,
  scope: RegistryScope,
  before?: RegistryContent,
): Reading<RegistryContent> {
  const top = objectOf(json);
  if (top === undefined) return { ok: false, reason: `expected an object, got ${kindOf(json)}` };
  const faults: string[] = [];
  const found = entriesOf(top, scope, faults);
  if (!found.ok) return found;
  const entries = kept(found.value, before?.entries ?? []);
  if (scope === 'database')
    return { ok: true, value: { entries, tasks: rowsOfTasks(top.tasks), faults } };
  const content = { entries, limits: limitsOf(top, scope), faults };
  if (scope === 'global')
    return {
      ok: true,
      value: {
        ...content,
        tasks: tasksOf(top.tasks),
        countedActive: numberOf(top.active_agents),
      },
    };
  return {
    ok: true,
    value: {
      ...content,
      task: textOf(top.task_id),
      description: descriptionOf(top.task_description),
      countedActive: numberOf(top.active_count),
      countedCompleted: numberOf(top.completed_count),
      directory: textOf(top.client_cwd),
    },
  };
}

/** A file with thousands of entries is often written for one of them. */
function kept(entries: readonly AgentEntry[], before: readonly AgentEntry[]) {
  const known = new Map(before.map(entry => [entry.id, entry]));
  return entries.map(entry => {
    const same = known.get(entry.id);
    return same !== undefined && isSame(entry, same) ? same : entry;
  });
}

function tasksOf(value: unknown): readonly Task[] | undefined {
  const all = objectOf(value) === undefined ? [] : Object.entries(value as object);
  const described = all.map(([id, task]) => ({
    id,
    description: descriptionOf(objectOf(task)?.description),
  }));
  const found = described.filter(({ description }) => description !== undefined);
  return found.length > 0 ? found : undefined;
}

/** The tasks of a database, each with its limits. */
function rowsOfTasks(value: unknown): readonly Task[] {
  const rows: unknown[] = Array.isArray(value) ? value : [];
  return rows.flatMap(each => {
    const row = objectOf(each);
    const id = textOf(row?.task_id);
    if (row === undefined || id === undefined) return [];
    return [{ id, description: descriptionOf(row.description), limits: limitsOf(row, 'task') }];
  });
}

function descriptionOf(value: unknown): string | undefined {
  return textOf(value)?.trim().slice(0, longestDescription) || undefined;
}

function limitsOf(top: Fields, scope: RegistryScope): Limits {
  const limit = (name: string) => {
    const value = numberOf(top[name]);
    return value !== undefined && value >= 0 ? value : undefined;
  };
  if (scope === 'global')
    return { concurrent: limit('max_concurrent_agents'), spawned: limit('total_agents_spawned') };
  return {
    concurrent: limit('max_concurrent'),
    agents: limit('max_agents'),
    depth: limit('max_depth'),
    spawned: limit('total_spawned'),
  };
}

/** The global registry stores its agents as an object by id, the others as a list. */
function entriesOf(top: Fields, scope: RegistryScope, faults: string[]): Reading<AgentEntry[]> {
  const agents = top.agents ?? [];
  const items = itemsOf(agents, scope);
  if (items === undefined) {
    const expected = scope === 'global' ? 'an object' : 'a list';
    return { ok: false, reason: `"agents": expected ${expected}, got ${kindOf(agents)}` };
  }
  if (items.length > maxEntries)
    return { ok: false, reason: `${items.length} agents, more than the ${maxEntries} allowed` };
  const entries: AgentEntry[] = [];
  for (const [name, item] of items) {
    const skip = (why: string) => faults.push(`agents[${JSON.stringify(name)}] skipped: ${why}`);
    const fields = objectOf(item);
    const id = typeof name === 'string' ? name : textOf(fields?.id);
    if (fields === undefined) skip(`expected an object, got ${kindOf(item)}`);
    else if (id === undefined || id === '') skip('no id');
    else entries.push(entryOf(id, fields, textOf((scope === 'task' ? top : fields).task_id)));
  }
  return { ok: true, value: entries };
}

function itemsOf(agents: unknown, scope: RegistryScope) {
  if (scope !== 'global') return Array.isArray(agents) ? [...agents.entries()] : undefined;
  // Newer orchestrators store the agents elsewhere and write an empty list here.
  if (Array.isArray(agents) && agents.length === 0) return [];
  return objectOf(agents) && Object.entries(agents as object);
}

function entryOf(id: string, fields: Fields, task: string | undefined): AgentEntry {
  const faults: EntryFault[] = [];
  const checked = <T>(name: string, read: (value: unknown) => T | undefined, expected: string) => {
    const value = fields[name] ?? undefined;
    const result = read(value);
    if (value !== undefined && result === undefined)
      faults.push({ field: name, text: `${name}: expected ${expected}, got ${kindOf(value)}` });
    return result;
  };
  const text = (name: string) => checked(name, textOf, 'a string');
  const number = (name: string) => checked(name, numberOf, 'a number');
  return {
    id,
    type: text('type'),
    task,
    parent: text('parent'),
    depth: number('depth'),
    status: text('status'),
    progress: number('progress'),
    session: text('tmux_session'),
    startedAt: timeOf(text('started_at')),
    lastUpdateAt: timeOf(text('last_update')),
    finishedAt: timeOf(textOf(fields.completed_at) ?? textOf(fields.terminated_at)),
    tracked: trackedOf(fields.tracked_processes),
    files: filesOf(fields.tracked_files),
    faults,
  };
}

function filesOf(value: unknown): ReadonlyMap<string, string> | undefined {
  const fields = objectOf(value);
  if (fields === undefined) return undefined;
  return new Map(
    Object.entries(value as object).flatMap(([name, path]) =>
      typeof path === 'string' ? [[name, path]] : [],
    ),
  );
}

/** Parses `tracked_processes: [{pid, start, boot_id}]`; incomplete identities are dropped. */
function trackedOf(value: unknown): AgentEntry['tracked'] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const fields = objectOf(item);
    const pid = fields?.pid;
    const start = textOf(fields?.start);
    const bootId = textOf(fields?.boot_id);
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 2) return [];
    if (start === undefined || bootId === undefined) return [];
    return [{ pid, start, bootId }];
  });
}

/** Read by names that no object inherits; ids, which may be `__proto__`, by `Object.entries`. */
type Fields = { readonly [name: string]: unknown };

function objectOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Fields;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Parses an ISO timestamp. The orchestrator writes local time without a zone; a zone is honoured. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d[T ]/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
