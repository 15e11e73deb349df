/** What is on the made-up machine beside the recorded agents: a person with terminals, and leftovers of
 * earlier agents. */
import type { Origin, ProcessRef } from '../core/model/process.ts';
import { known, runs } from './cast.ts';
import { launch, megabyte, minuteMs, shellMs, spawnMcp } from './launch.ts';
import type { Machine } from './machine.ts';
import type { Start } from './processes.ts';

const terminal = 34_880;
const leaves = { leavesMs: shellMs };

/** @returns the vigil that another person runs. */
export function addBystanders(machine: Machine): ProcessRef {
  const { processes } = machine;
  const init = program(['/sbin/init'], 13_000, 0, 9);
  processes.spawn({ ...init, name: 'systemd', uid: 0, pid: 1, ppid: 0 });
  const sshd = program(['sshd: dev@pts/3'], 400, 0, 9);
  const login = processes.spawn({ ...sshd, name: 'sshd', uid: 0 });
  launch(machine, known.stray, runs('claude', 0), 190 * minuteMs);
  const { vigil, origin } = addPerson(machine, login.pid);
  addLeftovers(machine, origin);
  return vigil;
}

/** A terminal without tmux, and a session of tmux, with an agent in each.
 * @returns the vigil on the terminal, and what the session's programs inherit. */
function addPerson({ processes, sessions }: Machine, login: number) {
  const shell = (minutes: number) => ({ ...program(['-zsh'], minutes, 0, 6), name: 'zsh' });
  const first = { ...shell(399), ppid: login, tty: terminal };
  const { pid: zsh } = processes.spawn(first, leaves);
  const onTerminal = { ppid: zsh, sid: zsh, tty: terminal };
  processes.spawn({ ...onTerminal, ...program(['codex'], 70, 12, 96) }, { leavesMs: 150 });
  const tty = terminal + 1;
  const { process: pane, origin } = sessions.open('work', { ...shell(95), tty }, leaves, 1);
  const inPane = { ppid: pane.pid, sid: pane.pid, tty };
  processes.spawn({ ...inPane, ...program(['claude'], 90, 18, 240) }, { leavesMs: 200 });
  const viewer = program(['node', '/usr/local/bin/vigil'], 44, 1, 58);
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
  const dev = program(
    ['/bin/zsh', '-c', `source ${snapshot} && eval 'npm run dev' \\< /dev/null`],
    64,
    4,
    130,
  );
  processes.spawn(dev, { leavesMs: 40, origin: left('%911'), ports: [5173] });
  const monitor = program(['python3', 'periodic_context_save.py', '_monitor'], 30, 1, 19);
  const { pid } = processes.spawn(monitor, { leavesMs: 50 });
  // Its parent does not reap it, and init will.
  const zombie = { ...program([], 12, 0, 0), name: 'git', state: 'Z' };
  processes.spawn({ ...zombie, ppid: pid, sid: pid }, { withParent: true });
}

function program(
  argv: readonly string[],
  minutes: number,
  cpuPercent: number,
  megabytes: number,
): Start {
  return { argv, ageMs: minutes * minuteMs, cpuPercent, rssBytes: megabytes * megabyte };
}
