/** The hands of the demo: they reach into the made-up world and nowhere else. */
import type { Noted, ProcessRef } from '../../core/model.ts';
import type { NewSession } from '../../core/ports/sessions.ts';
import type { Hands } from '../../core/termination/hands.ts';
import type { World } from './launch.ts';

export type DemoHands = {
  readonly hands: Hands;
  /** What this vigil is ending. */
  endings(): readonly Noted[];
};

const megabyte = 1024 * 1024;

export function createDemoHands(world: World, pid: number): DemoHands {
  const { timeline, processes, sessions } = world;
  const ending = new Map<string, Noted>();
  const stopped: ProcessRef[] = [];
  const everybody = () => [...ending.values()].flatMap(note => note.processes);
  const hands: Hands = {
    hold: () => [],
    isItself: () => true,
    signal(process, name) {
      timeline.catchUp();
      return processes.signal(process, name);
    },
    async killSession(session) {
      timeline.catchUp();
      return sessions.kill(session);
    },
    async startSession(wanted) {
      timeline.catchUp();
      return { ok: true, value: open(wanted) };
    },
    async readScreen({ name }) {
      timeline.catchUp();
      return sessions.has(name)
        ? { ok: true, value: { isDead: false, lines: [] } }
        : { ok: false, reason: `no session ${name}` };
    },
    letGo: async () => ({ ok: true, value: true }),
    noteEnding: (key, members) => void ending.set(key, { key, by: pid, processes: members }),
    noteStages: () => undefined,
    noteStopped(members) {
      stopped.push(...members);
      return true;
    },
    wakeLeft: () => [],
    abandon() {
      for (const process of stopped) processes.signal(process, 'SIGCONT');
      return everybody().filter(each => processes.isThere(each));
    },
    release: key => void ending.delete(key),
    audit: () => undefined,
    note: () => undefined,
    troubles: () => [],
  };
  return { hands, endings: () => [...ending.values()] };

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
