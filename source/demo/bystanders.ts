/** Whoever is on the made-up machine beside the agents on record: a person with terminals, and what
 * agents of other days have left behind. */
import type { ProcessRef } from '../core/model/process.ts';
import { stray } from './cast.ts';
import { launch, mcpOf, type World } from './launch.ts';
import { socketPath } from './sessions.ts';

const minuteMs = 60_000;
const megabyte = 1024 * 1024;
const terminal = 34_880;

/** @returns the vigil that somebody else runs. */
export function bringBystanders(world: World): ProcessRef {
  const { processes } = world;
  const system = { uid: 0, habit: {}, load: { cpuPercent: 0, rssBytes: 9 * megabyte } };
  const ageMs = 13_000 * minuteMs;
  processes.bear({ ...system, argv: ['/sbin/init'], name: 'systemd', ppid: 0, pid: 1, ageMs });
  const { pid: login } = processes.bear({
    ...{ ...system, ppid: 1, ageMs: 400 * minuteMs },
    argv: ['sshd: dev@pts/3'],
    name: 'sshd',
  });
  leaveBehind(world);
  return bringPerson(world, login);
}

/** A terminal without tmux, and a session of tmux, with an agent in each. */
function bringPerson({ processes, sessions }: World, login: number): ProcessRef {
  const shell = { argv: ['-zsh'], name: 'zsh', habit: { leavesMs: 20 } };
  const idle = { cpuPercent: 0, rssBytes: 6 * megabyte };
  const zsh = processes.bear({
    ...{ ...shell, ppid: login, load: idle },
    tty: terminal,
    ageMs: 399 * minuteMs,
  });
  const onTerminal = { ppid: zsh.pid, sid: zsh.pid, tty: terminal };
  processes.bear({
    ...{ ...onTerminal, argv: ['codex'], habit: { leavesMs: 150 }, ageMs: 70 * minuteMs },
    load: { cpuPercent: 12, rssBytes: 96 * megabyte },
  });
  const ageMs = 95 * minuteMs;
  sessions.open({
    ...{ name: 'work', ageMs, attached: 1 },
    fill(origin, serverPid) {
      const { pid } = processes.bear({
        ...shell,
        ppid: serverPid,
        tty: terminal + 1,
        load: idle,
        ageMs,
        origin,
      });
      const claude = processes.bear({
        ...{ argv: ['claude'], ppid: pid, sid: pid, tty: terminal + 1, origin },
        ...{ habit: { leavesMs: 200 }, ageMs: 90 * minuteMs },
        load: { cpuPercent: 18, rssBytes: 240 * megabyte },
      });
      return { panePid: pid, programPid: claude.pid };
    },
  });
  return processes.bear({
    ...{ ...onTerminal, argv: ['node', '/usr/local/bin/vigil'], habit: { leavesMs: 30 } },
    ageMs: 44 * minuteMs,
    load: { cpuPercent: 1, rssBytes: 58 * megabyte },
  });
}

function leaveBehind(world: World): void {
  const { processes } = world;
  launch(world, stray.id, { program: 'claude' }, stray.minutes * minuteMs);
  const [server] = world.sessions.read();
  const panes = server?.reading.ok ? server.reading.value : [];
  const tmux = { socketPath, serverPid: panes[0]?.serverPid ?? 0, session: 90 };
  // Their panes were closed long ago.
  // The agent of that pid is gone as well.
  const programMarks = new Map([
    ['CLAUDECODE', '1'],
    ['CLAUDE_PID', '88888'],
  ]);
  const gone = (pane: string) => ({ tmux, tmuxPane: pane, programMarks });
  processes.bear({
    ...mcpOf(1, 3000),
    argv: ['node', '/home/dev/.npm/_npx/mcp-server-filesystem', '/home/dev'],
    ...{ habit: { leavesMs: 80 }, ageMs: 170 * minuteMs, origin: gone('%903') },
  });
  processes.bear({
    argv: [
      '/bin/zsh',
      '-c',
      'source /home/dev/.claude/shell-snapshots/snapshot-zsh-1761777.sh && npm run dev',
    ],
    ...{ ppid: 1, habit: { leavesMs: 40 }, ageMs: 64 * minuteMs, origin: gone('%911') },
    load: { cpuPercent: 4, rssBytes: 130 * megabyte },
    ports: [5173],
  });
  const { pid } = processes.bear({
    argv: ['python3', 'periodic_context_save.py', '_monitor'],
    ...{ ppid: 1, habit: { leavesMs: 50 }, ageMs: 30 * minuteMs },
    load: { cpuPercent: 1, rssBytes: 19 * megabyte },
  });
  processes.bear({
    ...{ argv: [], name: 'git', ppid: pid, sid: pid, state: 'Z', habit: {}, ageMs: 12 * minuteMs },
    load: { cpuPercent: 0, rssBytes: 0 },
  });
}
