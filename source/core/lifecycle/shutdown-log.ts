/** Writes the journals of a shutdown: its phase and the state of each target. */
import type { Host } from '../ports/host.ts';
import type { EndEvent } from '../termination/end.ts';
import type { EndTarget } from '../termination/target.ts';
import type { ShutdownAgent, ShutdownPhase, ShutdownState } from './shutdown-journal.ts';

export type ShutdownLog = ReturnType<typeof createShutdownLog>;

export function createShutdownLog(host: Host, workspaces: readonly string[], reason: string) {
  const errors = new Set<string>();
  const now = () => new Date(host.clock.now()).toISOString();
  const before = workspaces.flatMap(workspace => {
    const found = host.shutdownJournal.read(workspace);
    return found.ok && found.value?.phase !== 'done' ? (found.value ?? []) : [];
  });
  const resumed = Math.max(0, ...before.map(each => each.resumed + 1));
  const agents = new Map<string, ShutdownAgent>(
    before.flatMap(state => state.agents.map(agent => [agent.target, agent])),
  );
  let phase: ShutdownPhase = 'closing';
  const startedAt = before[0]?.startedAt ?? now();
  const write = () => {
    const state: ShutdownState = {
      timestamp: now(),
      reason,
      phase,
      startedAt,
      by: { ...host.control.self(), bootId: host.machine.bootId },
      resumed,
      agents: [...agents.values()],
    };
    for (const workspace of workspaces) {
      const written = host.shutdownJournal.write(workspace, state);
      if (!written.ok) errors.add(`${workspace}: shutdown_state.json: ${written.reason}`);
    }
  };
  return {
    /** How many times this shutdown was resumed. */
    resumed,
    /** Write errors of the journals. */
    errors: (): readonly string[] => [...errors],
    enter(next: ShutdownPhase, targets: readonly EndTarget[] = []) {
      phase = next;
      for (const { key: target, agentId, refused } of targets)
        agents.set(target, { target, agentId, state: refused ? 'refused' : 'waiting' });
      write();
    },
    /** Notes the outcomes. */
    follow(event: EndEvent) {
      if (event.kind === 'staged') return;
      const { key: target } = event;
      const state = event.kind === 'ended' ? event.result.outcome : 'survived';
      agents.set(target, { ...agents.get(target), target, state });
      write();
    },
    /** Writes the outcome to the audit log. */
    conclude(isComplete: boolean) {
      const outcome = isComplete ? 'cleanup completed' : 'cleanup incomplete';
      const target = workspaces.join(' ');
      host.auditLog.write({ event: 'shutdown', target, outcome, workspaces, reason, resumed });
    },
    /** Reopens the workspace because nothing was terminated, unless an earlier shutdown had closed it. */
    abandon() {
      if (resumed > 0) return;
      phase = 'done';
      write();
    },
  };
}
