/** Parses registry JSON, which is untrusted: an invalid entry is reported and skipped or marked, the others are
 * kept. Objects are read through `Object.entries`, so `__proto__` and `constructor` are ordinary ids. */
import type {
  AgentEntry,
  EntryFault,
  Limits,
  Reading,
  RegistryContent,
  RegistryScope,
} from '../model/model.ts';
import { parseJson } from './json.ts';

const maxEntries = 10_000;

/** Parses the text of one registry file.
 * @returns its entries and their faults, or why the file cannot be used. */
export function parseRegistry(text: string, scope: RegistryScope): Reading<RegistryContent> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const top = objectOf(parsed.value);
  if (top === undefined)
    return { ok: false, reason: `expected an object, got ${kindOf(parsed.value)}` };
  const faults: string[] = [];
  const task = scope === 'task' ? textOf(top.get('task_id')) : undefined;
  const found = scope === 'task' ? listedEntries(top, task, faults) : indexedEntries(top, faults);
  if (!found.ok) return found;
  return {
    ok: true,
    value: {
      task,
      entries: found.value,
      countedActive: numberOf(top.get(scope === 'task' ? 'active_count' : 'active_agents')),
      countedCompleted: scope === 'task' ? numberOf(top.get('completed_count')) : undefined,
      limits: limitsOf(top, scope),
      directory: scope === 'task' ? textOf(top.get('client_cwd')) : undefined,
      faults,
    },
  };
}

function limitsOf(top: Fields, scope: RegistryScope): Limits {
  const limit = (name: string) => {
    const value = numberOf(top.get(name));
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

/** A task registry stores its agents as a list. */
function listedEntries(top: Fields, task: string | undefined, faults: string[]) {
  const list = top.get('agents') ?? [];
  if (!Array.isArray(list))
    return { ok: false, reason: `"agents": expected a list, got ${kindOf(list)}` } as const;
  if (list.length > maxEntries) return tooMany(list.length);
  const entries: AgentEntry[] = [];
  list.forEach((item: unknown, index) => {
    const fields = objectOf(item);
    const id = textOf(fields?.get('id'));
    if (fields === undefined)
      faults.push(`agents[${index}] skipped: expected an object, got ${kindOf(item)}`);
    else if (id === undefined || id === '') faults.push(`agents[${index}] skipped: no id`);
    else entries.push(entryOf(id, fields, task));
  });
  return { ok: true, value: entries } as const;
}

/** The global registry stores its agents as an object, by id. */
function indexedEntries(top: Fields, faults: string[]) {
  const agents = top.get('agents') ?? {};
  // Newer orchestrators store the agents elsewhere and write an empty list here.
  const index = Array.isArray(agents) && agents.length === 0 ? new Map() : objectOf(agents);
  if (index === undefined)
    return {
      ok: false,
      reason: `"agents": expected an object, got ${kindOf(agents)}`,
    } as const;
  if (index.size > maxEntries) return tooMany(index.size);
  const entries: AgentEntry[] = [];
  for (const [id, item] of index) {
    const fields = objectOf(item);
    if (fields === undefined)
      faults.push(`agents[${JSON.stringify(id)}] skipped: expected an object, got ${kindOf(item)}`);
    else if (id === '') faults.push('agents[""] skipped: no id');
    else entries.push(entryOf(id, fields, textOf(fields.get('task_id'))));
  }
  return { ok: true, value: entries } as const;
}

function entryOf(id: string, fields: Fields, task: string | undefined): AgentEntry {
  const faults: EntryFault[] = [];
  const text = (name: string) => checked(fields, name, textOf, 'a string', faults);
  const number = (name: string) => checked(fields, name, numberOf, 'a number', faults);
  const time = (name: string) => timeOf(text(name));
  return {
    id,
    type: text('type'),
    task,
    parent: text('parent'),
    depth: number('depth'),
    status: text('status'),
    progress: number('progress'),
    session: text('tmux_session'),
    startedAt: time('started_at'),
    lastUpdateAt: time('last_update'),
    finishedAt: timeOf(textOf(fields.get('completed_at')) ?? textOf(fields.get('terminated_at'))),
    tracked: trackedOf(fields.get('tracked_processes')),
    files: filesOf(fields.get('tracked_files')),
    faults,
  };
}

function filesOf(value: unknown): ReadonlyMap<string, string> | undefined {
  const fields = objectOf(value);
  if (fields === undefined) return undefined;
  return new Map(
    [...fields].flatMap(([name, path]) => (typeof path === 'string' ? [[name, path]] : [])),
  );
}

function checked<T>(
  fields: Fields,
  name: string,
  read: (value: unknown) => T | undefined,
  expected: string,
  faults: EntryFault[],
): T | undefined {
  const value = fields.get(name);
  if (value === undefined || value === null) return undefined;
  const result = read(value);
  if (result === undefined)
    faults.push({
      field: name,
      text: `${name}: expected ${expected}, got ${kindOf(value)}`,
    });
  return result;
}

/** Parses `tracked_processes: [{pid, start, boot_id}]`; incomplete identities are dropped. */
function trackedOf(value: unknown): AgentEntry['tracked'] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const fields = objectOf(item);
    const pid = fields?.get('pid');
    const start = textOf(fields?.get('start'));
    const bootId = textOf(fields?.get('boot_id'));
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 2) return [];
    if (start === undefined || bootId === undefined) return [];
    return [{ pid, start, bootId }];
  });
}

type Fields = ReadonlyMap<string, unknown>;

function objectOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
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

function tooMany(count: number) {
  return {
    ok: false,
    reason: `${count} agents, more than the ${maxEntries} allowed`,
  } as const;
}
