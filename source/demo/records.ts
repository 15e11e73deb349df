/** The registries as the made-up orchestrator writes them: an agent in its task's and in the global one. */
import type { ProcessRef } from '../core/model/process.ts';
import { agentSession } from '../core/registry/agent-names.ts';
import type { Json } from '../core/registry/edit.ts';
import { localTime } from '../core/registry/local-time.ts';
import { isCompleted, recordedStatus } from '../core/registry/merge.ts';
import {
  globalFile,
  type Part,
  type TaskName,
  taskFile,
  taskNames,
  tasks,
  workspace,
} from './cast.ts';
import { minuteMs } from './launch.ts';
import type { Machine } from './machine.ts';

type Fields = Record<string, Json>;
/** Entries by id. */
type Entries = Map<string, Fields>;
type Scope = 'task' | 'global';

/** The made-up machine was booted once. */
export const bootId = 'demo';
const rootParent = 'orchestrator';
const begunMinutes = 405;

export function createRecords({ timeline, registries }: Machine) {
  const timeOf = (minutesAgo: number) => localTime(timeline.wall() - minutesAgo * minuteMs);
  const change = (task: TaskName, edit: (entries: Entries, scope: Scope) => void) => {
    for (const file of filesOf(task)) {
      const registry = JSON.parse(registries.textOf(file.path) ?? '{}');
      const found: [string, Fields][] = Object.entries(registry.agents ?? {});
      const entries: Entries = new Map(
        found.map(([key, entry]) => [file.scope === 'task' ? String(entry.id) : key, entry]),
      );
      edit(entries, file.scope);
      const changed = { ...registry, ...contentOf[file.scope](entries) };
      registries.write(file, spelled(changed));
    }
  };
  const begun = timeOf(begunMinutes);
  for (const name of taskNames)
    registries.write({ path: taskFile(name), scope: 'task' }, spelled(emptyTask(name, begun)));
  registries.write({ path: globalFile, scope: 'global' }, spelled(emptyGlobal(begun)));

  return {
    /** @param started its processes, where they are recorded. */
    add(part: Part, started: readonly ProcessRef[]) {
      const { id, task, parent = rootParent, status, progress, minutes } = part;
      const shared = {
        type: id.replace(/-.*/, ''),
        parent,
        started_at: timeOf(minutes),
        tmux_session: agentSession(id),
        status,
        last_update: timeOf(minutes / 3),
      };
      const tracked = started.map(({ pid, start }) => ({ pid, start, boot_id: bootId }));
      change(task, (entries, scope) => {
        const depth = Number(entries.get(parent)?.depth ?? 0) + 1;
        const own = { id, ...shared, depth, progress };
        if (scope === 'global') entries.set(id, { task_id: tasks[task].id, ...shared });
        else entries.set(id, tracked.length > 0 ? { ...own, tracked_processes: tracked } : own);
      });
    },
    /** How far it is, is recorded in its task alone. */
    update(id: string, task: TaskName, fields: Fields) {
      const { progress, ...both } = fields;
      const all = { ...both, last_update: timeOf(0) };
      change(task, (entries, scope) => {
        const entry = entries.get(id);
        if (entry === undefined || (scope === 'global' && fields.status === undefined)) return;
        Object.assign(entry, all, scope === 'task' && progress !== undefined ? { progress } : {});
      });
    },
    remove: (id: string, task: TaskName) => change(task, entries => entries.delete(id)),
    isActive(id: string, task: TaskName) {
      const read = registries.read({ path: taskFile(task), scope: 'task' });
      const entries = read.ok ? read.value.content.entries : [];
      return entries.some(entry => entry.id === id && isActive(entry.status));
    },
    /** Nothing is young when the story begins, and a task that is no longer kept has lost count. */
    settle(ageMs: number) {
      for (const reading of registries.readings()) {
        const text = registries.textOf(reading.path) ?? '';
        const isLost = reading.path === taskFile('paths');
        const counted = isLost ? text.replace(/("active_count":) \d+/, '$1 1') : text;
        registries.write(reading, counted, ageMs);
      }
    },
  };
}

const isActive = (status: string | undefined) => recordedStatus(status) === 'active';

/** Entries and what follows from them. */
const contentOf = {
  task: (entries: Entries) => ({
    agents: [...entries.values()],
    agent_hierarchy: childrenOf(entries),
    total_spawned: entries.size,
    active_count: countOf(entries, isActive),
    completed_count: countOf(entries, isCompleted),
  }),
  global: (entries: Entries) => ({
    agents: Object.fromEntries(entries),
    total_agents_spawned: entries.size,
    active_agents: countOf(entries, isActive),
  }),
};

function emptyTask(name: TaskName, created_at: string) {
  const { id, description } = tasks[name];
  return {
    ...{ task_id: id, task_description: description, created_at },
    ...{ workspace: `${workspace}/${id}`, workspace_base: workspace },
    ...{ client_cwd: '/home/dev/project', status: 'INITIALIZED', priority: 'P1' },
    ...{ max_agents: 500, max_depth: 5, max_concurrent: 20 },
    ...contentOf.task(new Map()),
  };
}

function emptyGlobal(created_at: string) {
  const described = taskNames.map(name => {
    const { id, description } = tasks[name];
    return [id, { description, created_at, status: 'INITIALIZED' }];
  });
  const count = taskNames.length;
  return {
    ...{ created_at, total_tasks: count, active_tasks: count, max_concurrent_agents: 40 },
    tasks: Object.fromEntries(described),
    ...contentOf.global(new Map()),
  };
}

function childrenOf(entries: Entries) {
  const parentOf = ({ parent }: Fields) => String(parent);
  const parents = new Set([...entries.values()].map(parentOf));
  const below = (parent: string) =>
    [...entries].filter(([, entry]) => parentOf(entry) === parent).map(([id]) => id);
  return Object.fromEntries([...parents].map(parent => [parent, below(parent)]));
}

function countOf(entries: Entries, isCounted: (status: string) => boolean): number {
  return [...entries.values()].filter(({ status }) => isCounted(String(status))).length;
}

function filesOf(task: TaskName) {
  return [
    { path: taskFile(task), scope: 'task' },
    { path: globalFile, scope: 'global' },
  ] as const;
}

function spelled(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
