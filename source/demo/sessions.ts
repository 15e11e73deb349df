/** A made-up tmux server and its sessions, one pane each. */
import type { Pane, ServerReading } from '../core/model/model.ts';
import type { StartedSession } from '../core/ports/sessions.ts';
import type { Behaviour, Processes, Start } from './processes.ts';
import type { Timeline } from './timeline.ts';

/** A path of no machine: attaching to it reaches nothing. */
const socketPath = '/nowhere/vigil-demo/default';
const serverAgeMs = 600 * 60_000;

type Open = StartedSession & Pick<Pane, 'attached' | 'paneId'>;

export function createSessions(timeline: Timeline, processes: Processes) {
  let serverPid: number | undefined;
  const open = new Map<string, Open>();
  let count = 0;
  const kill = (id: string) => {
    const session = open.get(id);
    if (open.delete(id) && session !== undefined) processes.hangUp(session.panePid);
  };
  const paneOf = ({ id, name, createdAt, ...rest }: Open): Pane => {
    const printedAt = timeline.wall() - processes.idleMs(rest.panePid);
    const activityAt = inSeconds(Math.max(createdAt, printedAt));
    const session = { sessionId: id, sessionName: name, createdAt, windows: 1 };
    return { ...rest, ...session, activityAt, dead: false };
  };
  return {
    /** A session with this process in its pane. @param attached clients that show it. */
    open(name: string, start: Start, behaviour: Behaviour, attached = 0) {
      serverPid ??= processes.spawn({
        ...{ argv: ['tmux', 'new-session', '-d'], name: 'tmux: server', ageMs: serverAgeMs },
        ...{ cpuPercent: 0.6, rssBytes: 6_400_000 },
      }).pid;
      const number = count++;
      const [id, paneId] = [`$${number}`, `%${number}`];
      const tmux = { socketPath, serverPid, session: number };
      const origin = { ...behaviour.origin, tmux, tmuxPane: paneId };
      const onExit = () => {
        kill(id);
        behaviour.onExit?.();
      };
      const process = processes.spawn(
        { ...start, ppid: serverPid },
        { ...behaviour, origin, onExit },
      );
      const createdAt = inSeconds(process.startedAt);
      const session = { socketPath, serverPid, id, name, createdAt, panePid: process.pid };
      open.set(id, { ...session, attached, paneId });
      return { session, process, origin };
    },
    read: (): ServerReading[] => {
      const reading = { ok: true, value: [...open.values()].map(paneOf) } as const;
      return [{ socket: 'default', path: socketPath, reading }];
    },
    find: (name: string) => [...open.values()].find(session => session.name === name),
    kill,
  };
}

/** tmux counts in seconds. */
function inSeconds(epochMs: number): number {
  return Math.floor(epochMs / 1000) * 1000;
}
