/** A made-up tmux server and its sessions, one pane each. */

import type { Pane, Reading, ServerReading } from '../core/model/model.ts';
import type { Origin } from '../core/model/process.ts';
import type { SessionRef, StartedSession } from '../core/ports/sessions.ts';
import { agentSession } from '../core/registry/agent-names.ts';
import { chance } from './noise.ts';
import type { Processes } from './processes.ts';
import type { Timeline } from './timeline.ts';

/** No path of any machine: whoever attaches to it all the same finds nobody. */
export const socketPath = '/nowhere/vigil-demo/default';

export type NewPane = {
  readonly name: string;
  /** Starts what is in it. @param inherited marks of a program in this pane. */
  readonly fill: (inherited: Origin, serverPid: number) => Filled;
  readonly ageMs?: number;
  readonly attached?: number;
  /** How often something moves in it, milliseconds. */
  readonly paceMs?: number;
};

/** The pane's own process, and whose output it shows. */
export type Filled = { readonly panePid: number; readonly programPid: number };

export type Sessions = {
  open(pane: NewPane): StartedSession;
  read(): readonly ServerReading[];
  kill(session: SessionRef): Reading<true>;
  has(name: string): boolean;
  /** Whether this process leads the pane of an agent's session. */
  isIn(agentId: string, pid: number): boolean;
  killNamed(name: string): void;
};

type Session = { readonly pane: Pane; readonly programPid: number; readonly paceMs: number };

/** tmux counts in seconds. */
const secondMs = 1000;

export function createSessions(timeline: Timeline, processes: Processes, ageMs: number): Sessions {
  const server = processes.bear({
    argv: ['tmux', 'new-session', '-d'],
    name: 'tmux: server',
    ppid: 1,
    ageMs,
    // The one thing that must not end; vigil never asks it to.
    habit: {},
    load: { cpuPercent: 0.6, rssBytes: 6_400_000 },
  });
  const open = new Map<string, Session>();
  let next = 0;
  const close = ({ pane }: Session) => {
    if (open.delete(pane.sessionId)) processes.hangUp(pane.panePid);
  };
  const activityOf = ({ pane, programPid, paceMs }: Session) => {
    const at = timeline.wall() - processes.idleMs(programPid, paceMs);
    return inSeconds(Math.max(pane.createdAt, at));
  };
  return {
    open({ name, fill, ageMs = 0, attached = 0, paceMs }) {
      const number = next++;
      const paneId = `%${number}`;
      const tmux = { socketPath, serverPid: server.pid, session: number };
      const inherited: Origin = { tmux, tmuxPane: paneId };
      const { panePid, programPid } = fill(inherited, server.pid);
      const now = timeline.wall();
      const pane: Pane = {
        serverPid: server.pid,
        sessionId: `$${number}`,
        sessionName: name,
        createdAt: inSeconds(now - ageMs),
        attached,
        activityAt: now,
        paneId,
        panePid,
        dead: false,
      };
      const usualMs = (2 + Math.floor(chance(programPid) * 20)) * secondMs;
      const session = { pane, programPid, paceMs: paceMs ?? usualMs };
      open.set(pane.sessionId, session);
      processes.onDeath(panePid, () => close(session));
      return {
        socketPath,
        serverPid: server.pid,
        id: pane.sessionId,
        name,
        createdAt: pane.createdAt,
        panePid,
      };
    },
    read() {
      const panes = [...open.values()].map(session => ({
        ...session.pane,
        activityAt: activityOf(session),
      }));
      return [{ socket: 'default', path: socketPath, reading: { ok: true, value: panes } }];
    },
    kill({ id, serverPid, createdAt }) {
      const session = open.get(id);
      if (session?.pane.serverPid === serverPid && session.pane.createdAt === createdAt)
        close(session);
      return { ok: true, value: true };
    },
    isIn: (agentId, pid) =>
      [...open.values()].some(
        ({ pane }) => pane.sessionName === agentSession(agentId) && pane.panePid === pid,
      ),
    has: name => [...open.values()].some(({ pane }) => pane.sessionName === name),
    killNamed(name) {
      for (const session of [...open.values()])
        if (session.pane.sessionName === name) close(session);
    },
  };
}

function inSeconds(epochMs: number): number {
  return Math.floor(epochMs / secondMs) * secondMs;
}
