/** Rescues tmux servers whose socket file was removed: they run on with all their agents, but cannot be reached. On
 * SIGUSR1 a server makes its socket again. */

import type { Monitor } from '../inventory/monitor.ts';
import type { LostServer, Reading } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';

/** @property taken servers whose path is another server's now: rescuing them would take it from that one. */
export type RescuePlan = {
  readonly servers: readonly LostServer[];
  readonly taken: readonly LostServer[];
};

export type Rescued = { readonly server: LostServer; readonly done: Reading<true> };

type RescueTools = Pick<CommandTools, 'host' | 'monitor'>;

/** @returns what the last poll has found. */
export function planRescue(monitor: Pick<Monitor, 'inventory'>): RescuePlan {
  const lost = monitor.inventory()?.lostServers ?? [];
  return {
    servers: lost.filter(({ isTaken }) => !isTaken),
    taken: lost.filter(({ isTaken }) => isTaken),
  };
}

/** Signals each server of the plan once, and verifies that it answers on its socket.
 * @param key on the screen. */
export async function rescue(
  { auditLog, sessions }: Pick<RescueTools['host'], 'auditLog' | 'sessions'>,
  { servers }: RescuePlan,
  key?: string,
): Promise<readonly Rescued[]> {
  const rescued: Rescued[] = [];
  for (const server of servers) {
    const done = await sessions.recreateSocket(server);
    rescued.push({ server, done });
    auditLog.write({
      ...{ event: 'rescue', target: server.path, name: server.path, key },
      outcome: done.ok ? 'done' : 'failed',
      notes: [`SIGUSR1 to tmux server ${server.pid}${done.ok ? '' : `: ${done.reason}`}`],
    });
  }
  return rescued;
}

/** Whether every lost server of the plan answers again. */
export function isRescued({ taken }: RescuePlan, rescued: readonly Rescued[]): boolean {
  return taken.length === 0 && rescued.every(({ done }) => done.ok);
}

export type Rescuer = ReturnType<typeof createRescuer>;

/** For the screen. */
export function createRescuer({ host, monitor }: RescueTools) {
  return {
    plan: () => planRescue(monitor),
    run: (plan: RescuePlan) => rescue(host, plan, ':'),
  };
}
