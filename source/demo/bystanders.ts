/** What is on the made-up machine beside the recorded agents: a person with terminals, and leftovers of
 * earlier agents. */
import type { Origin, ProcessRef } from '../core/model/process.ts';
import { known } from './cast.ts';
import { launch, megabyte, minuteMs, shellMs, spawnMcp } from './launch.ts';
import type { Machine } from './machine.ts';

const terminal = 34_880;

/** @returns the vigil that another person runs. */
export function addBystanders(machine: Machine): ProcessRef {
  const { processes } = machine;
  const system = { uid: 0, rssBytes: 9 * megabyte };
  const booted = { ...system, pid: 1, ppid: 0, ageMs: 13_000 * minuteMs };
  processes.spawn({ ...booted, argv: ['/sbin/init'], name: 'systemd' });
  const sshd = { ...system, argv: ['sshd: dev@pts/3'], name: 'sshd', ageMs: 400 * minuteMs };
  const login = processes.spawn(sshd);
  launch(machine, known.stray, { program: 'claude' }, 190 * minuteMs);
  const { vigil, origin } = addPerson(machine, login.pid);
  addLeftovers(machine, origin);
  return vigil;
}

/** A terminal without tmux, and a session of tmux, with an agent in each.
 * @returns the vigil on the terminal, and what the session's programs inherit. */
function addPerson({ processes, sessions }: Machine, login: number) {
  const shell = { argv: ['-zsh'], name: 'zsh', rssBytes: 6 * megabyte };
  const leaves = { leavesMs: shellMs };
  const first = { ...shell, ppid: login, tty: terminal, ageMs: 399 * minuteMs };
  const { pid: zsh } = processes.spawn(first, leaves);
  const onTerminal = { ppid: zsh, sid: zsh, tty: terminal };
  const codex = { argv: ['codex'], ageMs: 70 * minuteMs, cpuPercent: 12, rssBytes: 96 * megabyte };
  processes.spawn({ ...onTerminal, ...codex }, { leavesMs: 150 });
  const tty = terminal + 1;
  const second = { ...shell, tty, ageMs: 95 * minuteMs };
  const { process: pane, origin } = sessions.open('work', second, leaves, 1);
  const inPane = { ppid: pane.pid, sid: pane.pid, tty };
  const claude = {
    argv: ['claude'],
    ageMs: 90 * minuteMs,
    cpuPercent: 18,
    rssBytes: 240 * megabyte,
  };
  processes.spawn({ ...inPane, ...claude }, { leavesMs: 200 });
  const argv = ['node', '/usr/local/bin/vigil'];
  const viewer = { argv, ageMs: 44 * minuteMs, cpuPercent: 1, rssBytes: 58 * megabyte };
  return { vigil: processes.spawn({ ...onTerminal, ...viewer }, { leavesMs: 30 }), origin };
}

/** @param origin of a program on the same tmux server. */
function addLeftovers({ processes }: Machine, { tmux }: Origin): void {
  // Their panes were closed long ago, and the agent with that pid is gone as well.
  const left = (tmuxPane: string): Origin => ({
    tmux: tmux && { ...tmux, session: 90 },
    tmuxPane,
    programMarks: new Map([
      ['CLAUDECODE', '1'],
      ['CLAUDE_PID', '88888'],
    ]),
  });
  const server = ['node', '/home/dev/.npm/_npx/mcp-server-filesystem', '/home/dev'];
  spawnMcp(processes, 3000, { argv: server, ageMs: 170 * minuteMs }, { origin: left('%903') });
  const snapshot = '/home/dev/.claude/shell-snapshots/snapshot-zsh-1761777.sh';
  const dev = ['/bin/zsh', '-c', `source ${snapshot} && npm run dev`];
  processes.spawn(
    { argv: dev, ageMs: 64 * minuteMs, cpuPercent: 4, rssBytes: 130 * megabyte },
    { leavesMs: 40, origin: left('%911'), ports: [5173] },
  );
  const monitor = ['python3', 'periodic_context_save.py', '_monitor'];
  const { pid } = processes.spawn(
    { argv: monitor, ageMs: 30 * minuteMs, cpuPercent: 1, rssBytes: 19 * megabyte },
    { leavesMs: 50 },
  );
  // Its parent does not reap it, and init will.
  const zombie = { argv: [], name: 'git', state: 'Z', ppid: pid, sid: pid };
  processes.spawn({ ...zombie, ageMs: 12 * minuteMs }, { withParent: true });
}
