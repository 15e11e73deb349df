/** The registries as the orchestrator has written them when the story begins. */

import type { RegistryFile } from '../core/ports/registry-store.ts';
import { agentSession } from '../core/registry/agent-names.ts';
import { localTime } from '../core/registry/local-time.ts';
import { isCompleted, recordedStatus } from '../core/registry/merge.ts';
import {
  cast,
  descriptions,
  globalFile,
  type Part,
  type TaskName,
  taskFile,
  tasks,
  workspace,
} from './cast.ts';
import { identities, type Launched } from './launch.ts';

const minuteMs = 60_000;

/** @param now epoch milliseconds. @param running the agents that run, by id. */
export function registryTexts(
  now: number,
  running: ReadonlyMap<string, Launched>,
): (RegistryFile & { readonly text: string })[] {
  const names = Object.keys(tasks) as TaskName[];
  return [
    ...names.map(name => ({
      path: taskFile(name),
      scope: 'task' as const,
      text: spelled(taskRegistry(name, now, running)),
    })),
    { path: globalFile, scope: 'global', text: spelled(globalRegistry(names, now)) },
  ];
}

function taskRegistry(name: TaskName, now: number, running: ReadonlyMap<string, Launched>) {
  const parts = cast.filter(part => part.task === name);
  const parents = [...new Set(parts.map(part => part.parent ?? 'orchestrator'))];
  const childrenOf = (parent: string) =>
    parts.filter(part => (part.parent ?? 'orchestrator') === parent).map(part => part.id);
  return {
    task_id: tasks[name],
    task_description: descriptions[name],
    created_at: timeOf(oldest(parts) + 2, now),
    workspace: `${workspace}/${tasks[name]}`,
    workspace_base: workspace,
    client_cwd: '/home/dev/project',
    status: 'INITIALIZED',
    priority: 'P1',
    agents: parts.map(part => ({
      id: part.id,
      ...sharedOf(part, now),
      depth: part.depth,
      status: part.status,
      progress: part.progress,
      last_update: timeOf(part.minutes / 3, now),
      ...trackedOf(part, running.get(part.id)),
    })),
    agent_hierarchy: Object.fromEntries(parents.map(each => [each, childrenOf(each)])),
    max_agents: 500,
    max_depth: 5,
    max_concurrent: 20,
    total_spawned: parts.length,
    // The task that nobody looks after any more has lost count.
    active_count: name === 'paths' ? 1 : activeIn(parts),
    completed_count: parts.filter(part => isCompleted(part.status)).length,
  };
}

function globalRegistry(names: readonly TaskName[], now: number) {
  const describe = (name: TaskName) => ({
    description: descriptions[name],
    created_at: timeOf(oldest(cast.filter(part => part.task === name)) + 2, now),
    status: 'INITIALIZED',
  });
  return {
    created_at: timeOf(oldest(cast) + 3, now),
    total_tasks: names.length,
    active_tasks: names.length,
    total_agents_spawned: cast.length,
    active_agents: activeIn(cast),
    max_concurrent_agents: 40,
    tasks: Object.fromEntries(names.map(name => [tasks[name], describe(name)])),
    agents: Object.fromEntries(
      cast.map(part => [
        part.id,
        {
          task_id: tasks[part.task],
          ...sharedOf(part, now),
          status: part.status,
          last_update: timeOf(part.minutes / 3, now),
        },
      ]),
    ),
  };
}

function sharedOf({ id, parent = 'orchestrator', minutes }: Part, now: number) {
  return {
    type: id.replace(/-.*/, ''),
    parent,
    started_at: timeOf(minutes, now),
    tmux_session: agentSession(id),
  };
}

/** One agent was deployed without anybody's looking for its processes. */
const untracked = 'contract_checker-091533-8b2c44';

function trackedOf({ id }: Part, launched: Launched | undefined) {
  if (launched === undefined || id === untracked) return {};
  return { tracked_processes: identities(launched) };
}

function activeIn(parts: readonly Part[]): number {
  return parts.filter(part => recordedStatus(part.status) === 'active').length;
}

function oldest(parts: readonly Part[]): number {
  return Math.max(...parts.map(part => part.minutes));
}

function timeOf(minutesAgo: number, now: number): string {
  return localTime(now - minutesAgo * minuteMs);
}

function spelled(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
