/** Processes that a kill must not mistake for the agent's, on real processes. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, type Agents, startAgents } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { starterOf } from '../helpers/hostile-agents.ts';
import {
  type Bystanders,
  endWatched,
  hasLivingThread,
  startBystanders,
  uidOf,
} from '../helpers/observer.ts';
import { ageMs, statOf } from '../helpers/stand-ins.ts';
import { startTmux } from '../helpers/tmux-server.ts';
import { cliPath, vigil, vigilEnv } from '../helpers/vigil.ts';

let farm: Agents;
let bystanders: Bystanders;
beforeEach(async () => {
  farm = startAgents();
  bystanders = await startBystanders(farm, 'alpha-1');
});
afterEach(() => farm.close());

async function end(agent: Agent, others: readonly number[], ...words: string[]) {
  const all = { pids: [...bystanders.pids, ...others] };
  const watched = await endWatched(farm, [agent], all, words);
  const [target] = watched.targets;
  if (target === undefined) throw new Error(`no target: ${watched.stderr}`);
  return { ...watched, target };
}
const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
function changeEntry(change: (entry: Record<string, unknown>) => void) {
  const path = farm.workspace.taskFile(farm.task);
  const registry = JSON.parse(readFileSync(path, 'utf8'));
  change(registry.agents.find((each: { id: string }) => each.id === 'alpha-1'));
  writeFileSync(path, JSON.stringify(registry, null, 2));
  farm.workspace.age();
}
const identityOf = (pid: number) => ({ pid, start: statOf(pid)?.start, boot_id: bootId });

describe('a pid in a registry', () => {
  it('that is no pid at all gets no signal, wherever the entry has it', async () => {
    const agent = await farm.start('alpha-1', 'cooperative');
    farm.record();
    const groups = [-process.pid, -farm.server.pid()];
    const odd = ['', '0', 0, -1, ...groups, true, '1', 1, 2, 1.5, 1e20, 2 ** 64, [], {}, null];
    changeEntry(entry => {
      entry.pid = -1;
      entry.pane_pid = 0;
      entry.tracked_processes = [
        ...odd,
        ...odd.map(pid => ({ pid })),
        ...odd.map(pid => ({ ...identityOf(1), pid })),
        // With the start time of a process that such a number could be taken for.
        ...odd.map(pid => ({ ...identityOf(process.pid), pid })),
      ];
    });
    const { target, sent } = await end(agent, [process.pid, process.ppid, farm.server.pid()]);
    expect(target.outcome).toBe('exited');
    expect(sent.filter(each => each.pid < 3)).toEqual([]);
  });

  it('that now belongs to a shell, a tmux server, pid 1 or an editor harms none of them', async () => {
    const agent = await farm.start('alpha-1', 'cooperative');
    farm.record();
    const person = Number(farm.server.tmux('display', '-p', '-t', '=people:', '#{pane_pid}'));
    const pids = [process.pid, process.ppid, farm.server.pid(), 1, person, ...bystanders.pids];
    changeEntry(entry => {
      entry.pid = bystanders.pids[0];
      entry.pane_pid = person;
      entry.tracked_processes = pids.flatMap(pid => [
        { ...identityOf(pid), start: '1' },
        { ...identityOf(pid), boot_id: 'another boot' },
        { pid },
      ]);
    });
    const { target } = await end(agent, [...pids]);
    expect(target.outcome).toBe('exited');
  });

  it('is not enough for a process without a terminal that no sign ties to the agent', async () => {
    const agent = await farm.start('alpha-1', 'cooperative');
    farm.record();
    // A user's job, as `setsid nohup` leaves it.
    const file = join(farm.standIns.directory, 'job');
    farm.standIns.start('setsid', ['-f', 'sh', '-c', `echo $$ > '${file}'; exec sleep 1000001`]);
    const job = await eventually('the job runs', () =>
      existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined,
    );
    farm.standIns.adopt(job);
    await eventually('it has lost its parent', () => statOf(job)?.ppid === 1);
    changeEntry(entry => {
      entry.tracked_processes = [identityOf(job)];
    });
    // Nor does a reconcile, which polls twice and records the agent's processes, make it one of them.
    await eventually(
      'the agent is old enough to be recorded',
      () => ageMs(agent.pids[0] ?? 0) > 2500,
    );
    await vigil(['reconcile', '--yes', ...farm.options], { env: { XDG_STATE_HOME: farm.state } });
    changeEntry(entry => {
      const tracked = entry.tracked_processes as { pid: number }[];
      expect(tracked.map(each => each.pid)).toContain(agent.pids[0]);
      expect(tracked.map(each => each.pid)).not.toContain(job);
      entry.tracked_processes = [...tracked, identityOf(job)];
    });
    const { target, spared } = await end(agent, [job]);
    expect(target.outcome).toBe('exited');
    expect(spared).toMatchObject([
      { pid: job, reason: expect.stringContaining('only its entry names it') },
    ]);
    expect(hasLivingThread(job)).toBe(true);
  });

  it('is not enough even if the full identity is that of a shell, a tmux server, pid 1 or a user’s editor', async () => {
    const agent = await farm.start('alpha-1', 'cooperative');
    farm.record();
    // In a user's session: the pane's first process, and one below it.
    const vim = farm.standIns.server('vim');
    const said = join(farm.standIns.directory, 'editor');
    farm.server.session('writing', 'bash', '-c', `'${vim}' '${said}'; true`);
    const editor = Number(
      await eventually('the editor runs', () => {
        const child = spawnSync('cat', [said], { encoding: 'utf8' }).stdout.trim();
        return child || undefined;
      }),
    );
    farm.standIns.adopt(editor);
    const pane = statOf(editor)?.ppid ?? 0;
    const pids = [process.pid, process.ppid, farm.server.pid(), 1, pane, editor];
    changeEntry(entry => {
      entry.tracked_processes = pids.map(identityOf);
    });
    const { target } = await end(agent, pids);
    expect(target.outcome).toBe('exited');
  });
});

it('a tmux server started by the agent is spared, with all its other panes', async () => {
  const second = startTmux();
  try {
    // The server passes the agent's marks to all its panes.
    const mark = `VIGIL_AGENT=alpha-1:0000 tmux -L ${second.name} -f /dev/null new-session -d -s theirs`;
    const agent = await farm.run('alpha-1', starterOf(mark));
    second.session('people');
    farm.record();
    const panes = second
      .tmux('list-panes', '-a', '-F', '#{pane_pid}')
      .trim()
      .split('\n')
      .map(Number);
    expect(panes).toHaveLength(2);
    const environment = readFileSync(`/proc/${second.pid()}/environ`, 'latin1');
    expect(environment).toContain('VIGIL_AGENT=alpha-1:0000');
    const others = [second.pid(), ...panes];
    // Its marks are the agent's: it is excluded from processes that must not have them.
    const { code, target } = await end({ ...agent, readyFile: '' }, others, '-L', second.name);
    expect([code, target.outcome]).toEqual([0, 'exited']);
  } finally {
    second.close();
  }
});

it('another user’s process with the agent’s mark is not the agent’s', async () => {
  const agent = await farm.start('alpha-1', 'cooperative');
  farm.record();
  const pane = farm.server.tmux('display', '-p', '-t', '=agent_alpha-1:', '#{pane_id}').trim();
  const marks = {
    VIGIL_AGENT: 'alpha-1:0000',
    TMUX: `${farm.server.path},${farm.server.pid()},0`,
    TMUX_PANE: pane,
  };
  // A daemon of another user: its parent is pid 1, like that of an agent's daemon.
  const file = join(farm.standIns.directory, 'strangers');
  writeFileSync(file, '');
  chmodSync(file, 0o666);
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const daemon = `setsid sh -c 'echo $$ > "${file}"; exec sleep 1000000' </dev/null >/dev/null 2>&1 &`;
  chmodSync(farm.standIns.directory, 0o755);
  farm.standIns.start('setpriv', [...user, 'sh', '-c', daemon], marks);
  const stranger = await eventually(
    'it runs',
    () => Number(readFileSync(file, 'utf8')) || undefined,
  );
  farm.standIns.adopt(stranger);
  await eventually('it is a daemon', () => statOf(stranger)?.ppid === 1);
  expect(uidOf(stranger)).toBe(65534);
  const { code, target } = await end(agent, [stranger]);
  expect([code, target.outcome]).toEqual([0, 'exited']);
});

it('with hidden processes (hidepid) an agent is not a ghost, and no process is signalled', async () => {
  const agent = await farm.start('alpha-1', 'cooperative');
  farm.record();
  // Only processes are hidden; the files are readable and writable.
  spawnSync('chgrp', ['-R', '65534', farm.standIns.directory]);
  spawnSync('chmod', ['-R', 'g+rwX', farm.standIns.directory]);
  const before = readFileSync(farm.workspace.taskFile(farm.task), 'utf8');
  const user = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
  const hidden = (...words: string[]) =>
    spawnSync(
      'unshare',
      [
        '-m',
        'sh',
        '-c',
        `mount -t proc -o hidepid=2 proc /proc && exec ${user} "$@"`,
        'sh',
        process.execPath,
        cliPath,
        ...words,
        ...farm.options,
      ],
      { env: vigilEnv({ XDG_STATE_HOME: '/nonexistent' }), encoding: 'utf8', cwd: '/' },
    );
  const list = hidden('list', '--json');
  const rows = JSON.parse(list.stdout).rows.filter((row: { agentId?: string }) => row.agentId);
  expect(rows.map((row: { class: string }) => row.class)).toEqual(['unknown', 'unknown']);
  const kill = hidden('kill', 'alpha-1', '--yes');
  expect([kill.status, kill.stderr]).toEqual([
    5,
    expect.stringContaining('nothing of it is signalled'),
  ]);
  hidden('reconcile', '--yes');
  expect(agent.pids.every(hasLivingThread)).toBe(true);
  expect(readFileSync(farm.workspace.taskFile(farm.task), 'utf8')).toBe(before);
});

it('an ssh-agent started by the agent for itself is spared, and named as left', async () => {
  const socket = join(farm.standIns.directory, 'ssh.sock');
  const agent = await farm.run('alpha-1', starterOf(`ssh-agent -a '${socket}' -s`));
  farm.record();
  const said = readFileSync(`${agent.readyFile}.said`, 'utf8');
  const keys = Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1]);
  farm.standIns.adopt(keys);
  expect(hasLivingThread(keys)).toBe(true);
  const { code, target } = await end({ ...agent, readyFile: '' }, [keys]);
  expect([code, target.outcome, target.verified_no_zombies]).toEqual([1, 'exited', false]);
  expect(target.left.map((each: { pid: number }) => each.pid)).toEqual([keys]);
  const answer = spawnSync('ssh-add', ['-l'], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  expect(answer.stdout.toString()).toContain('no identities');
});
