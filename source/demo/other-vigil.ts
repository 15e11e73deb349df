/** Somebody else's vigil, which ends an agent more patiently than ours does: the whole escalation can be
 * watched from outside. */
import type { Noted } from '../core/model/model.ts';
import { agentSession } from '../core/registry/agent-names.ts';
import type { Escalation } from '../core/termination/progress.ts';
import type { World } from './launch.ts';
import type { Orchestrator } from './orchestrator.ts';

export type OtherVigil = {
  end(agentId: string): void;
  /** What it is ending. */
  endings(): readonly Noted[];
};

/** It runs with --retry-delays 4,6,8. */
const attemptsMs = [4000, 6000, 8000] as const;
const killingMs = 150;

export function createOtherVigil(
  { timeline, processes, sessions }: World,
  orchestrator: Orchestrator,
  pid: number,
): OtherVigil {
  const noted = new Map<string, Noted>();
  /** Whoever is in its session now. */
  const membersOf = (name: string) => {
    const [server] = sessions.read();
    const panes = server?.reading.ok ? server.reading.value : [];
    const pane = panes.find(each => each.sessionName === name);
    return processes.table().filter(each => each.sid === pane?.panePid);
  };
  return {
    endings: () => [...noted.values()],
    end(agentId) {
      const name = agentSession(agentId);
      const key = `agent:${agentId}`;
      const members = membersOf(name).map(({ pid, start }) => ({ pid, start }));
      if (members.length === 0 || noted.has(key)) return;
      const isOver = () => !members.some(each => processes.isThere(each));
      const note = (escalation: Escalation) =>
        noted.set(key, { key, by: pid, processes: members, escalation });
      /** Somebody has ended that vigil. */
      const isCutOff = () => !processes.table().some(each => each.pid === pid);
      const conclude = () => {
        noted.delete(key);
        if (isOver()) orchestrator.close(agentId, 'ended by vigil');
      };
      const attempt = (index: number) => {
        if (isCutOff()) return void noted.delete(key);
        if (isOver()) return conclude();
        const waitMs = attemptsMs[index];
        if (waitMs === undefined) return kill();
        const deadline = timeline.wall() + waitMs;
        note({ stage: 'terminating', attempt: index + 1, of: attemptsMs.length, deadline });
        timeline.after(waitMs, () => attempt(index + 1));
      };
      const kill = () => {
        note({ stage: 'killing' });
        for (const member of members) processes.signal(member, 'SIGKILL');
        timeline.after(killingMs, conclude);
      };
      sessions.killNamed(name);
      for (const member of members) processes.signal(member, 'SIGTERM');
      attempt(0);
    },
  };
}
