/** Registries on disk, in the orchestrator's spelling. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type AgentSpec = {
  readonly id: string;
  readonly status?: string;
  readonly parent?: string;
  readonly session?: string;
  readonly [field: string]: unknown;
};

export type Workspace = {
  readonly path: string;
  readonly globalFile: string;
  taskFile(task: string): string;
  /** Writes one task registry and returns its path. */
  writeTask(task: string, agents: readonly AgentSpec[], more?: Record<string, unknown>): string;
  writeGlobal(agents: Record<string, unknown>, more?: Record<string, unknown>): string;
  /** Makes every file look older than the settling time of evidence. */
  age(): void;
};

const startedAt = '2025-10-29T23:23:00.553401';
const settled = new Date(Date.now() - 60_000);

export function createWorkspace(directory: string): Workspace {
  const path = join(directory, '.agent-workspace');
  const globalFile = join(path, 'registry', 'GLOBAL_REGISTRY.json');
  const files = new Set<string>();
  mkdirSync(join(path, 'registry'), { recursive: true });
  const write = (file: string, value: unknown) => {
    writeFileSync(file, JSON.stringify(value, null, 2));
    files.add(file);
    return file;
  };
  const taskFile = (task: string) => join(path, task, 'AGENT_REGISTRY.json');
  return {
    path,
    globalFile,
    taskFile,
    writeTask(task, agents, more = {}) {
      mkdirSync(join(path, task), { recursive: true });
      const active = agents.filter(agent => agent.status !== 'completed').length;
      return write(taskFile(task), {
        task_id: task,
        status: 'INITIALIZED',
        agents: agents.map(entryOf),
        active_count: active,
        completed_count: agents.length - active,
        ...more,
      });
    },
    writeGlobal: (agents, more = {}) =>
      write(globalFile, { created_at: startedAt, active_agents: 0, agents, ...more }),
    age() {
      for (const file of files) utimesSync(file, settled, settled);
    },
  };
}

export function entryOf({ session, ...agent }: AgentSpec) {
  return {
    type: agent.id.replace(/-\d{6}-[0-9a-f]{6}$/, ''),
    tmux_session: session ?? `agent_${agent.id}`,
    parent: 'orchestrator',
    depth: 1,
    status: 'working',
    started_at: startedAt,
    progress: 40,
    last_update: startedAt,
    ...agent,
  };
}

/** An id in the orchestrator's format. */
export function agentId(type: string, number: number): string {
  return `${type}-232300-${number.toString(16).padStart(6, '0')}`;
}
