/** A made-up machine: everything that a host reads and changes, in memory. The demo's story is played
 * on one, and tests build theirs on it. */
import type { DeployIntent } from '../core/lifecycle/deployment.ts';
import type { FoundFile } from '../core/lifecycle/leftover-files.ts';
import type { ShutdownState } from '../core/lifecycle/shutdown-journal.ts';
import type { KillNote } from '../core/model/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import { agentFilePath } from '../core/registry/agent-names.ts';
import { type TaskName, tasks, workspace } from './cast.ts';
import { createProcesses } from './processes.ts';
import { createRegistries } from './registries.ts';
import { createSessions } from './sessions.ts';
import { createTimeline, type Timeline } from './timeline.ts';

export type Machine = ReturnType<typeof createMachine>;

/** @param clock what its time follows. @returns a machine without a process. */
export function createMachine(clock: Pick<Clock, 'now'>) {
  const timeline = createTimeline(clock);
  const processes = createProcesses(timeline);
  /** Deploys that are under way, and a shutdown that was begun. */
  const journals: { readonly deploys: Map<string, DeployIntent>; shutdown?: ShutdownState } = {
    deploys: new Map(),
  };
  return {
    timeline,
    processes,
    journals,
    sessions: createSessions(timeline, processes),
    registries: createRegistries(timeline),
    files: createFiles(timeline),
    /** Kill sets of terminations that are under way. */
    endings: new Map<string, KillNote>(),
  };
}

/** Prompts and logs, by name alone. */
function createFiles(timeline: Timeline) {
  const found = new Map<string, FoundFile>();
  const keyOf = ({ task, path }: Pick<FoundFile, 'task' | 'path'>) => `${task}/${path}`;
  return {
    list: () => [...found.values()],
    add(task: TaskName, agentId: string, ageMs = 0) {
      const modifiedAt = timeline.wall() - ageMs;
      const base = { workspace, task: tasks[task].id, agentId, modifiedAt };
      for (const file of [
        { ...base, place: '', path: agentFilePath(agentId, 'prompt_file'), kind: 'prompt' },
        { ...base, place: 'logs', path: agentFilePath(agentId, 'log_file'), kind: 'log' },
      ] as const)
        found.set(keyOf(file), file);
    },
    has: (file: Pick<FoundFile, 'task' | 'path'>) => found.has(keyOf(file)),
    /** @returns whether it was there. */
    take: (file: Pick<FoundFile, 'task' | 'path'>) => found.delete(keyOf(file)),
    takeAll(agentId: string) {
      for (const [key, file] of found) if (file.agentId === agentId) found.delete(key);
    },
  };
}
