/** A made-up tmux server and its sessions, one pane each. */
import type { Pane, ServerReading } from '../core/model/model.ts';
import type { Origin, Process } from '../core/model/process.ts';
import type { StartedSession } from '../core/ports/sessions.ts';
import { chance } from './noise.ts';
import type { Processes, Start } from './processes.ts';
import type { Timeline } from './timeline.ts';

/** A path of no machine: attaching to it reaches nothing. */
export const socketPath = '/nowhere/vigil-demo/default';

/** tmux counts in seconds. */
const secondMs = 1000;
const serverAgeMs = 600 * 60_000;

export function createSessions(timeline: Timeline, processes: Processes) {
  let serverPid: number | undefined;
  const open = new Map<string, { readonly pane: Pane; readonly paceMs: number }>();
  let count = 0;
  const close = ({ sessionId, panePid }: Pane) => {
    if (open.delete(sessionId)) processes.hangUp(panePid);
  };
  const panes = () =>
    [...open.values()].map(({ pane, paceMs }): Pane => {
      const printedAt = timeline.wall() - processes.idleMs(pane.panePid, paceMs);
      return { ...pane, activityAt: inSeconds(Math.max(pane.createdAt, printedAt)) };
    });
  return {
    panes,
    /** A session with this process in its pane.
     * @param paceMs how often its program prints something, milliseconds. */
    open(
      name: string,
      { origin, ...start }: Start,
      { attached = 0, paceMs }: { readonly attached?: number; readonly paceMs?: number } = {},
    ): { readonly session: StartedSession; readonly pane: Process; readonly origin: Origin } {
      serverPid ??= processes.spawn({
        ...{ argv: ['tmux', 'new-session', '-d'], name: 'tmux: server', ageMs: serverAgeMs },
        ...{ cpuPercent: 0.6, rssBytes: 6_400_000 },
      }).pid;
      const number = count++;
      const tmux = { socketPath, serverPid, session: number };
      const inPane = { ...origin, tmux, tmuxPane: `%${number}` };
      const process = processes.spawn({ ...start, ppid: serverPid, origin: inPane });
      const { pid: panePid } = process;
      const id = `$${number}`;
      const createdAt = inSeconds(timeline.wall() - (start.ageMs ?? 0));
      const pane: Pane = {
        ...{ serverPid, sessionId: id, sessionName: name, createdAt, attached, panePid },
        ...{ activityAt: createdAt, paneId: inPane.tmuxPane, dead: false },
      };
      const usualMs = (2 + Math.floor(chance(panePid) * 20)) * secondMs;
      open.set(id, { pane, paceMs: paceMs ?? usualMs });
      processes.onExit(panePid, () => close(pane));
      const session = { socketPath, serverPid, id, name, createdAt, panePid };
      return { session, pane: process, origin: inPane };
    },
    read(): ServerReading[] {
      if (serverPid === undefined) return [];
      return [{ socket: 'default', path: socketPath, reading: { ok: true, value: panes() } }];
    },
    find: (name: string) => panes().find(pane => pane.sessionName === name),
    kill(isWanted: (pane: Pane) => boolean) {
      for (const pane of panes().filter(isWanted)) close(pane);
    },
  };
}

function inSeconds(epochMs: number): number {
  return Math.floor(epochMs / secondMs) * secondMs;
}
