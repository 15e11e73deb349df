/** Signals, sessions and the kill journal of the demo: they reach into the made-up world and nowhere else. */

import type { Noted, ProcessRef } from '../core/model/model.ts';
import type { Host } from '../core/ports/host.ts';
import type { NewSession } from '../core/ports/sessions.ts';
import type { World } from './launch.ts';
import type { OtherVigil } from './other-vigil.ts';

type ControlPorts = Pick<
  Host,
  'auditLog' | 'control' | 'killJournal' | 'killRecovery' | 'sessions'
>;

const megabyte = 1024 * 1024;

export function createDemoControl(world: World, other: OtherVigil, pid: number): ControlPorts {
  const { timeline, processes, sessions } = world;
  const kills = new Map<string, Noted>();
  const stopped: ProcessRef[] = [];
  return {
    control: {
      hold: () => [],
      release: () => undefined,
      isSame: () => true,
      signal(process, name) {
        timeline.catchUp();
        return processes.signal(process, name);
      },
    },
    sessions: {
      async kill(session) {
        timeline.catchUp();
        return sessions.kill(session);
      },
      async start(wanted) {
        timeline.catchUp();
        return { ok: true, value: open(wanted) };
      },
      async readScreen({ name }) {
        timeline.catchUp();
        return sessions.has(name)
          ? { ok: true, value: { isDead: false, lines: [] } }
          : { ok: false, reason: `no session ${name}` };
      },
      clearRemainOnExit: async () => ({ ok: true, value: true }),
    },
    killJournal: {
      record: (key, members) => void kills.set(key, { key, by: pid, processes: members }),
      recordStages: () => undefined,
      recordStopped(members) {
        stopped.push(...members);
        return true;
      },
      release: key => void kills.delete(key),
      warnings: () => [],
    },
    killRecovery: {
      read: () => [...other.endings(), ...kills.values()],
      resumeStopped: () => [],
      releaseOnExit() {
        for (const process of stopped) processes.signal(process, 'SIGCONT');
        const members = [...kills.values()].flatMap(note => note.processes);
        return members.filter(each => processes.isThere(each));
      },
    },
    auditLog: { write: () => undefined, warnings: () => [] },
  };

  /** A shell, and the program behind the words that are the shell's own. */
  function open({ name, env, command }: NewSession) {
    const agentMark = env.find(([key]) => key === 'VIGIL_AGENT')?.[1];
    const start = command.indexOf('vigil') + 1;
    return sessions.open({
      name,
      fill(inherited, serverPid) {
        const born = { origin: { ...inherited, agentMark }, habit: { leavesMs: 250 } };
        const shell = processes.bear({
          ...{ ...born, argv: command, ppid: serverPid },
          habit: { leavesMs: 20, withChildren: true },
          load: { cpuPercent: 0, rssBytes: 2 * megabyte },
        });
        const program = processes.bear({
          ...{ ...born, argv: command.slice(start), ppid: shell.pid, sid: shell.pid },
          load: { cpuPercent: 40, rssBytes: 150 * megabyte },
        });
        return { panePid: shell.pid, programPid: program.pid };
      },
    });
  }
}
