/** What is on the made-up machine beside the recorded agents: a person with terminals, and leftovers of
 * earlier agents. */
import type { ProcessRef } from '../core/model/process.ts';
import { stray } from './cast.ts';
import { launch, mcpOf, megabyte, minuteMs } from './launch.ts';
import type { Machine } from './machine.ts';
import { socketPath } from './sessions.ts';

const terminal = 34_880;

/** @returns the vigil that another person runs. */
export function addBystanders(machine: Machine): ProcessRef {
  const { processes } = machine;
  const system = { uid: 0, rssBytes: 9 * megabyte };
  const ageMs = 13_000 * minuteMs;
  processes.spawn({ ...system, argv: ['/sbin/init'], name: 'systemd', pid: 1, ppid: 0, ageMs });
  const sshd = { ...system, argv: ['sshd: dev@pts/3'], name: 'sshd', ageMs: 400 * minuteMs };
  const login = processes.spawn(sshd);
  addLeftovers(machine);
  return addPerson(machine, login.pid);
}

/** A terminal without tmux, and a session of tmux, with an agent in each. */
function addPerson({ processes, sessions }: Machine, login: number): ProcessRef {
  const shell = { argv: ['-zsh'], name: 'zsh', leavesMs: 20, rssBytes: 6 * megabyte };
  const first = { ...shell, ppid: login, tty: terminal, ageMs: 399 * minuteMs };
  const { pid: zsh } = processes.spawn(first);
  const onTerminal = { ppid: zsh, sid: zsh, tty: terminal };
  processes.spawn({
    ...{ ...onTerminal, argv: ['codex'], leavesMs: 150, ageMs: 70 * minuteMs },
    ...{ cpuPercent: 12, rssBytes: 96 * megabyte },
  });
  const tty = terminal + 1;
  const second = { ...shell, tty, ageMs: 95 * minuteMs };
  const { pane } = sessions.open('work', second, { attached: 1 });
  processes.spawn({
    ...{
      argv: ['claude'],
      ppid: pane.pid,
      sid: pane.pid,
      tty,
      leavesMs: 200,
      ageMs: 90 * minuteMs,
    },
    ...{ cpuPercent: 18, rssBytes: 240 * megabyte },
  });
  return processes.spawn({
    ...{ ...onTerminal, argv: ['node', '/usr/local/bin/vigil'], leavesMs: 30 },
    ...{ ageMs: 44 * minuteMs, cpuPercent: 1, rssBytes: 58 * megabyte },
  });
}

function addLeftovers(machine: Machine): void {
  const { processes, sessions } = machine;
  launch(machine, stray.id, { program: 'claude' }, stray.minutes * minuteMs);
  const serverPid = sessions.panes()[0]?.serverPid ?? 0;
  // Their panes were closed long ago, and the agent with that pid is gone as well.
  const left = (tmuxPane: string) => ({
    tmux: { socketPath, serverPid, session: 90 },
    tmuxPane,
    programMarks: new Map([
      ['CLAUDECODE', '1'],
      ['CLAUDE_PID', '88888'],
    ]),
  });
  processes.spawn({
    ...{ ...mcpOf(3000), ageMs: 170 * minuteMs, origin: left('%903') },
    argv: ['node', '/home/dev/.npm/_npx/mcp-server-filesystem', '/home/dev'],
  });
  const snapshot = '/home/dev/.claude/shell-snapshots/snapshot-zsh-1761777.sh';
  processes.spawn({
    argv: ['/bin/zsh', '-c', `source ${snapshot} && npm run dev`],
    ...{ leavesMs: 40, ageMs: 64 * minuteMs, origin: left('%911'), ports: [5173] },
    ...{ cpuPercent: 4, rssBytes: 130 * megabyte },
  });
  const { pid } = processes.spawn({
    argv: ['python3', 'periodic_context_save.py', '_monitor'],
    ...{ leavesMs: 50, ageMs: 30 * minuteMs, cpuPercent: 1, rssBytes: 19 * megabyte },
  });
  // Its parent does not reap it, and init will.
  const zombie = { argv: [], name: 'git', state: 'Z', ppid: pid, sid: pid, withParent: true };
  processes.spawn({ ...zombie, ageMs: 12 * minuteMs });
}
