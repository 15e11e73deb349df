/** Checks whether a task admits another agent, and adds its entries to the registries. Both happen under the locks, so
 * that concurrent deploys respect every limit. */
import type { AgentEntry, Process, RegistryContent } from '../model/model.ts';
import type { FileChange } from '../ports/registry-store.ts';
import { fieldsOf, type OpenRegistry, openRegistries } from '../reconcile/open-registry.ts';
import { type AgentFileName, agentFilePath } from '../registry/agent-names.ts';
import type { RegistryDocument } from '../registry/document.ts';
import type { Edit, Json } from '../registry/edit.ts';
import { recordedStatus } from '../registry/merge.ts';
import type { DeployIntent, DeployRequest } from './deployment.ts';
import { withDatabase } from './task-content.ts';

export type NewAgent = {
  readonly id: string;
  readonly type: string;
  readonly parent: string;
  /** Directory of the task, used as the task id in the global registry if the task has none. */
  readonly task: string;
  /** Fields of both entries, in the orchestrator's format. */
  readonly shared: readonly (readonly [string, Json])[];
  /** Fields of the task's entry only. */
  readonly own: readonly (readonly [string, Json])[];
};

/** Length at which the orchestrator truncates a prompt. */
const maxPromptLength = 200;

/** In the orchestrator's order. */
const trackedFiles: readonly AgentFileName[] = [
  'prompt_file',
  'log_file',
  'progress_file',
  'findings_file',
  'deploy_log',
];

/** Registry entries of a newly deployed agent, in the orchestrator's format.
 * @param time local time in that format. */
export function newAgent(
  { type, parent, prompt }: DeployRequest,
  { agentId: id, workspace, task, session, by }: DeployIntent,
  processes: readonly Process[],
  time: string,
): NewAgent {
  const isCut = prompt.length > maxPromptLength;
  const pathOf = (name: AgentFileName) => `${workspace}/${task}/${agentFilePath(id, name)}`;
  return {
    ...{ id, type, parent, task },
    shared: [
      ['type', type],
      ['parent', parent],
      ['started_at', time],
      ['tmux_session', session],
      ['status', 'running'],
    ],
    own: [
      ['progress', 0],
      ['last_update', time],
      ['prompt', isCut ? `${prompt.slice(0, maxPromptLength)}...` : prompt],
      ['tracked_files', Object.fromEntries(trackedFiles.map(name => [name, pathOf(name)]))],
      [
        'tracked_processes',
        processes.map(({ pid, start }) => ({ pid, start, boot_id: by.bootId })),
      ],
    ],
  };
}

const rootParent = 'orchestrator';

/** @returns why the task does not admit the agent, or `undefined` if it does. */
export function whyNotAdmitted(
  task: RegistryContent | undefined,
  global: RegistryContent | undefined,
  { id, type, parent }: Pick<NewAgent, 'id' | 'type' | 'parent'>,
): string | undefined {
  if (task === undefined) return 'the task has no registry';
  const { entries, limits = {} } = task;
  if (entries.some(entry => entry.id === id)) return `${id} is already recorded`;
  const active = entries.filter(isActive);
  const twin = active.find(entry => entry.type === type);
  if (twin !== undefined)
    return `${twin.id} is an active agent of type ${type} in this task; end it first`;
  if (limits.concurrent !== undefined && active.length >= limits.concurrent)
    return `max_concurrent: the task has ${active.length} of ${limits.concurrent} active agents`;
  const spawned = limits.spawned ?? entries.length;
  if (limits.agents !== undefined && spawned >= limits.agents)
    return `max_agents: ${spawned} of ${limits.agents} agents already spawned in this task`;
  const depth = depthBelow(entries, parent);
  if (depth === undefined) return `parent ${parent} is not in the registry of this task`;
  if (limits.depth !== undefined && depth > limits.depth)
    return `max_depth: depth ${depth} exceeds ${limits.depth}`;
  const all = (global?.entries ?? []).filter(isActive).length;
  const limit = global?.limits?.concurrent;
  return limit !== undefined && all >= limit
    ? `max_concurrent_agents: the workspace has ${all} of ${limit} active agents`
    : undefined;
}

/** Adds the agent's entries, lists it under its parent and increments the totals. Where a database keeps the agents of
 * the task, JSON files that list none of them get no entry: the orchestrator would not keep it up to date.
 * @returns `undefined` if a registry cannot hold an entry. */
export function admit(
  documents: readonly RegistryDocument[],
  agent: NewAgent,
): FileChange[] | undefined {
  const { task, global, database } = openRegistries(documents);
  const changes: FileChange[] = [];
  const taskId = task?.content.task ?? agent.task;
  const known = withDatabase(task?.content, database?.content, taskId)?.entries ?? [];
  const depth = depthBelow(known, agent.parent) ?? 1;
  if (database !== undefined) {
    const fields = new Map<string, Json>([
      ['id', agent.id],
      ['task_id', taskId],
    ]);
    for (const [name, value] of [...agent.shared, ...agent.own]) fields.set(name, value);
    if (!database.add(agent.id, fields.set('depth', depth))) return undefined;
    changes.push(database.change());
    if (task?.content.entries.length === 0) return changes;
  }
  if (task !== undefined) {
    const named = [['id', agent.id], ...agent.shared, ...agent.own, ...phaseIn(task)] as const;
    const fields = new Map<string, Json>(named);
    if (!task.add(agent.id, fields.set('depth', depth))) return undefined;
    changes.push(task.change([...underParent(task, agent), ...spawned(task, 1)]));
  }
  if (global !== undefined) {
    if (!global.add(agent.id, new Map([['task_id', taskId], ...agent.shared]))) return undefined;
    changes.push(global.change(spawned(global, 1)));
  }
  return changes;
}

/** The phase that the task is in: without it the orchestrator takes the agent for one of the first. */
function phaseIn({ fields }: OpenRegistry): readonly (readonly [string, Json])[] {
  return ['phase_index', 'phase_id'].flatMap(name => {
    const value = fields.get(`current_${name}`);
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
}

/** The registries that have no entry of this id. */
export function withoutEntry(
  documents: readonly RegistryDocument[],
  id: string,
): readonly RegistryDocument[] {
  return documents.filter(({ content }) => content.entries.every(entry => entry.id !== id));
}

/** Removes the entries of an agent whose deploy failed. */
export function dismiss(
  documents: readonly RegistryDocument[],
  id: string,
  session: string,
): FileChange[] {
  const { task, global, database } = openRegistries(documents);
  return [task, global, database].flatMap(registry => {
    const entries = registry?.entriesOf(id) ?? [];
    const own = entries.filter(({ fields }) => fields.get('tmux_session') === session);
    if (registry === undefined || own.length === 0) return [];
    const removals = own.map(({ at }): Edit => ({ at, value: undefined }));
    const hierarchyEdits = registry === task ? fromParents(registry, id) : [];
    return registry.change([...removals, ...hierarchyEdits, ...spawned(registry, -own.length)]);
  });
}

function isActive({ status }: AgentEntry): boolean {
  return recordedStatus(status) === 'active';
}

function depthBelow(entries: readonly AgentEntry[], parent: string): number | undefined {
  if (parent === rootParent) return 1;
  const entry = entries.find(each => each.id === parent);
  return entry === undefined ? undefined : (entry.depth ?? 1) + 1;
}

/** Adjusts the total, if there is one: the only counter that cannot be derived from the entries. */
function spawned({ scope, content }: OpenRegistry, by: number): Edit[] {
  const name = scope === 'task' ? 'total_spawned' : 'total_agents_spawned';
  const value = content.limits?.spawned;
  return value === undefined ? [] : [{ at: [name], value: Math.max(0, value + by) }];
}

const hierarchy = 'agent_hierarchy';

function underParent({ fields }: OpenRegistry, { id, parent }: NewAgent): Edit[] {
  const children = fieldsOf(fields.get(hierarchy));
  if (children === undefined) return [];
  const siblings = children.get(parent);
  if (siblings === undefined) return [{ at: [hierarchy, parent], value: [id] }];
  if (!Array.isArray(siblings)) return [];
  return [{ at: [hierarchy, parent, siblings.length], value: id }];
}

function fromParents({ fields }: OpenRegistry, id: string): Edit[] {
  const children = fieldsOf(fields.get(hierarchy)) ?? [];
  return [...children].flatMap(([parent, siblings]): Edit[] => {
    if (!Array.isArray(siblings) || !siblings.includes(id)) return [];
    const at = siblings.length === 1 ? [] : [siblings.indexOf(id)];
    return [{ at: [hierarchy, parent, ...at], value: undefined }];
  });
}
