/** Made-up files of agents, by name alone: prompts and logs. */

import type { FoundFile } from '../core/lifecycle/left-files.ts';
import { agentFilePath } from '../core/registry/agent-names.ts';
import type { AgentFile } from '../core/termination/agent-files.ts';
import { cast, stray, type TaskName, tasks, workspace } from './cast.ts';
import type { Timeline } from './timeline.ts';

export type Files = {
  list(): readonly FoundFile[];
  add(task: TaskName, agentId: string, ageMs?: number): void;
  has(file: Pick<AgentFile, 'task' | 'path'>): boolean;
  /** @returns whether it was there. */
  take(file: Pick<AgentFile, 'task' | 'path'>): boolean;
  /** Everything of an agent, as whoever tidies up after it does. */
  takeAll(agentId: string): void;
};

const minuteMs = 60_000;
/** It is done, and its prompt was forgotten. */
const forgetful = 'planner-225320-000001';

export function createFiles(timeline: Timeline): Files {
  const found = new Map<string, FoundFile>();
  const put = (file: FoundFile) => found.set(`${file.task}/${file.path}`, file);
  const files: Files = {
    list: () => [...found.values()],
    add(task, agentId, ageMs = 0) {
      const base = { workspace, task: tasks[task], agentId, modifiedAt: timeline.wall() - ageMs };
      const prompt = agentFilePath(agentId, 'prompt_file');
      put({ ...base, place: '', path: prompt, kind: 'prompt' });
      put({ ...base, place: 'logs', path: agentFilePath(agentId, 'log_file'), kind: 'log' });
    },
    has: ({ task, path }) => found.has(`${task}/${path}`),
    take: ({ task, path }) => found.delete(`${task}/${path}`),
    takeAll(agentId) {
      for (const [key, file] of found) if (file.agentId === agentId) found.delete(key);
    },
  };
  for (const { id, task, minutes, holds, progress } of cast)
    if (holds !== undefined || progress < 100 || id === forgetful)
      files.add(task, id, minutes * minuteMs);
  files.add('audit', stray.id, stray.minutes * minuteMs);
  return files;
}
