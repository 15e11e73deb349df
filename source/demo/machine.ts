/** A made-up machine: everything that a host reads and changes, in memory. The demo's story is played
 * on one, and tests build theirs on it. */
import type { FoundFile } from '../core/lifecycle/leftover-files.ts';
import type { ShutdownState } from '../core/lifecycle/shutdown-journal.ts';
import type { KillNote } from '../core/model/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import { agentFileNamed } from '../core/registry/agent-names.ts';
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
  return {
    timeline,
    processes,
    sessions: createSessions(timeline, processes),
    registries: createRegistries(timeline),
    files: createFiles(timeline),
    /** Kill sets of terminations that are under way. */
    endings: new Map<string, KillNote>(),
    /** What shutdowns wrote, the last one last. */
    shutdowns: [] as ShutdownState[],
  };
}

/** Prompts and logs, by name alone. */
function createFiles(timeline: Timeline) {
  const found = new Map<string, FoundFile>();
  return {
    list: () => [...found.values()],
    add(task: TaskName, agentId: string, ageMs: number) {
      const base = { workspace, task: tasks[task], agentId, modifiedAt: timeline.wall() - ageMs };
      const prompt = agentFileNamed(agentId, 'prompt_file');
      const log = agentFileNamed(agentId, 'log_file');
      found.set(prompt.path, { ...base, ...prompt, kind: 'prompt' });
      found.set(log.path, { ...base, ...log, kind: 'log' });
    },
    has: (path: string) => found.has(path),
    /** @returns whether it was there. */
    take: (path: string) => found.delete(path),
    takeAll(agentId: string) {
      for (const [path, file] of found) if (file.agentId === agentId) found.delete(path);
    },
  };
}
