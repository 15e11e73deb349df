/** Another person's vigil, which ends an agent more patiently than ours does: the whole escalation can be
 * watched from outside. */
import type { ProcessRef } from '../core/model/process.ts';
import { agentSession } from '../core/registry/agent-names.ts';
import type { Escalation } from '../core/termination/progress.ts';
import type { Machine } from './machine.ts';

/** It runs with --retry-delays 4,6,8; after SIGKILL it only checks. */
const waitsMs = [4000, 6000, 8000, 150] as const;
const attempts = waitsMs.length - 1;

/** @param vigil its own process: killed, it ends nothing more. @param close records the end of an agent. */
export function createOtherVigil(
  { timeline, processes, sessions, endings }: Machine,
  vigil: ProcessRef,
  close: (agentId: string) => void,
) {
  return (agentId: string): void => {
    const session = sessions.find(agentSession(agentId));
    if (session === undefined) return;
    const members = processes.table().filter(({ sid }) => sid === session.panePid);
    const key = `agent:${agentId}`;
    const step = (index: number) => {
      const waitMs = waitsMs[index];
      const isOver = !members.some(processes.isThere);
      if (isOver || waitMs === undefined || !processes.isThere(vigil)) {
        endings.delete(`${vigil.pid} ${key}`);
        return isOver ? close(agentId) : undefined;
      }
      const isKill = index === attempts;
      const deadline = timeline.wall() + waitMs;
      const escalation: Escalation = isKill
        ? { stage: 'killing' }
        : { stage: 'terminating', attempt: index + 1, of: attempts, deadline };
      endings.set(`${vigil.pid} ${key}`, { key, by: vigil.pid, processes: members, escalation });
      if (isKill) for (const each of members) processes.signal(each, 'SIGKILL');
      timeline.after(waitMs, () => step(index + 1));
    };
    sessions.kill(session.id);
    for (const each of members) processes.signal(each, 'SIGTERM');
    step(0);
  };
}
