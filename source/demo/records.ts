/** The registries as the made-up orchestrator writes them: an agent in its task's and in the global one. */
import type { ProcessRef } from '../core/model/process.ts';
import type { RegistryFile } from '../core/ports/registry-store.ts';
import { agentSession } from '../core/registry/agent-names.ts';
import type { RegistryDocument } from '../core/registry/document.ts';
import type { Edit, Json } from '../core/registry/edit.ts';
import { localTime } from '../core/registry/local-time.ts';
import { recordedStatus } from '../core/registry/merge.ts';
import { descriptions, type Part, project, type TaskName, tasks, workspace } from './cast.ts';
import { minuteMs } from './launch.ts';
import type { Machine } from './machine.ts';

/** An agent to record. @param started its processes, where they are recorded. */
export type Entry = { readonly part: Part; readonly started: readonly ProcessRef[] };

type Fields = Readonly<Record<string, Json>>;

/** The made-up machine was booted once. */
export const bootId = 'demo';

const globalFile = { path: `${workspace}/registry/GLOBAL_REGISTRY.json`, scope: 'global' } as const;
const taskFile = (task: TaskName) =>
  ({ path: `${workspace}/${tasks[task]}/AGENT_REGISTRY.json`, scope: 'task' }) as const;
const filesOf = (task: TaskName) => [taskFile(task), globalFile];

export function createRecords({ timeline, registries }: Machine) {
  const depths = new Map<string, number>();
  const timeOf = (minutesAgo: number) => localTime(timeline.wall() - minutesAgo * minuteMs);
  const create = (file: RegistryFile, content: Fields) =>
    registries.create(file, `${JSON.stringify(content, null, 2)}\n`);
  const change = (
    files: readonly RegistryFile[],
    editsOf: (document: RegistryDocument) => readonly Edit[],
  ) =>
    registries.update({
      files,
      mutate: documents => documents.map(each => ({ path: each.path, edits: editsOf(each) })),
    });
  const set = (files: readonly RegistryFile[], id: string, fields: Fields) =>
    change(files, document =>
      Object.entries({ ...fields, last_update: timeOf(0) }).map(([name, value]) => ({
        at: [...placeOf(document, id), name],
        value,
      })),
    );
  const fieldsOf = ({ part, started }: Entry) => {
    const [id, task, status, progress, minutes, , parent = 'orchestrator'] = part;
    const depth = (depths.get(parent) ?? 0) + 1;
    depths.set(id, depth);
    const shared = {
      type: id.replace(/-.*/, ''),
      parent,
      started_at: timeOf(minutes),
      tmux_session: agentSession(id),
      status,
      last_update: timeOf(minutes / 3),
    };
    const tracked_processes = started.map(({ pid, start }) => ({ pid, start, boot_id: bootId }));
    return {
      task: { id, ...shared, depth, progress, tracked_processes },
      global: { task_id: tasks[task], ...shared },
    };
  };
  for (const [name, task_id] of Object.entries(tasks)) {
    const counters = { active_count: 0, completed_count: 0 };
    const task_description = descriptions[name as TaskName];
    create(taskFile(name as TaskName), {
      task_id,
      task_description,
      client_cwd: project,
      ...counters,
      agents: [],
    });
  }
  create(globalFile, { active_agents: 0, agents: {} });

  return {
    add(task: TaskName, entries: readonly Entry[]) {
      const added = entries.map(fieldsOf);
      change(filesOf(task), ({ scope, content }) =>
        added.map((fields, index) => ({
          at: ['agents', scope === 'task' ? content.entries.length + index : fields.task.id],
          value: scope === 'global' ? fields.global : fields.task,
        })),
      );
    },
    /** How far it is, is recorded in its task alone. */
    setProgress: (id: string, task: TaskName, progress: number) =>
      set([taskFile(task)], id, { progress }),
    setStatus: (id: string, task: TaskName, status: string, more: Fields = {}) =>
      set(filesOf(task), id, { status, ...more }),
    remove: (id: string, task: TaskName) =>
      change(filesOf(task), document => [{ at: placeOf(document, id), value: undefined }]),
    isActive: (id: string, task: TaskName) =>
      registries
        .entriesIn(taskFile(task))
        .some(entry => entry.id === id && recordedStatus(entry.status) === 'active'),
    /** A task that is no longer kept has lost count. */
    loseCount(task: TaskName) {
      const { path } = taskFile(task);
      const text = registries.textOf(path) ?? '';
      registries.create(taskFile(task), text.replace(/("active_count":) \d+/, '$1 1'));
    },
  };
}

function placeOf({ scope, content }: RegistryDocument, id: string) {
  const index = content.entries.findIndex(entry => entry.id === id);
  return ['agents', scope === 'task' ? index : id];
}
