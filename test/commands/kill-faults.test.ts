/** Unusual conditions during a kill, on real processes. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { send } from '../../source/host/processes/send-to-pid.ts';
import { createProcessControl } from '../../source/host/processes/signals.ts';
import { type Agents, allDead, type Habit, isAlive, startAgents } from '../helpers/agents.ts';
import { rounds } from '../helpers/campaign.ts';
import { eventually } from '../helpers/eventually.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { startTmux } from '../helpers/tmux-server.ts';
import { vigil } from '../helpers/vigil.ts';

let farm: Agents;
beforeEach(() => {
  farm = startAgents();
});
afterEach(() => farm.close());

const killJson = async (...words: string[]) => {
  const run = await vigil(['kill', ...words, ...farm.options, '--yes', '--json'], {
    env: { XDG_STATE_HOME: farm.state },
  });
  return { code: run.code, stderr: run.stderr, json: JSON.parse(run.stdout || 'null') };
};

describe('a signal', () => {
  it('is never sent to a number that is not a pid of ours', () => {
    for (const pid of [
      '',
      0,
      -1,
      true,
      false,
      '1',
      1,
      2,
      1.5,
      1e20,
      [],
      null,
      undefined,
      Number.NaN,
      -process.pid,
    ])
      expect([pid, send(pid as number, 'SIGTERM')]).toEqual([pid, 'denied']);
  });

  it('is not sent to another process with the same pid', async () => {
    const agent = await farm.start('alpha-1', 'cooperative');
    const [pid = 0] = agent.pids;
    const control = createProcessControl();
    const seen = { pid, startedAt: 0, ppid: 0, sid: 0 };
    expect(control.hold([{ ...seen, start: '1' }])).toHaveLength(1);
    expect(control.signal({ pid, start: '1' }, 'SIGKILL')).toBe('gone');
    expect(isAlive(pid)).toBe(true);
    const start = statOf(pid)?.start ?? '';
    expect(control.hold([{ ...seen, start }])).toEqual([]);
    expect(control.signal({ pid, start }, 'SIGKILL')).toBe('sent');
    await allDead([pid]);
    // The handle refers to that process only, even if its pid is reused.
    expect(control.signal({ pid, start }, 'SIGKILL')).toBe('gone');
    control.release([{ pid, start }]);
  });
});

it('a stopped agent is resumed for its SIGTERM', async () => {
  const agent = await farm.start('alpha-1', 'cooperative');
  farm.record();
  const [pid = 0] = agent.pids;
  process.kill(pid, 'SIGSTOP');
  await eventually('it is stopped', () => statOf(pid)?.state === 'T');
  const { json } = await killJson('alpha-1');
  expect(json.targets[0]).toMatchObject({ outcome: 'exited', escalated_to_sigkill: false });
  expect(isAlive(pid)).toBe(false);
});

it('three vigils that end three agents of one task at once end and record all of them', async () => {
  for (let round = 0; round < rounds(2, 20); round++) {
    const ids = ['alpha', 'beta', 'gamma'].map(name => `${name}-${round}`);
    const habits: Habit[] = ['cooperative', 'stubborn', 'with a setsid child'];
    const agents = [];
    for (const [index, id] of ids.entries())
      agents.push(await farm.start(id, habits[index] as Habit));
    const other = await farm.start(`other-${round}`, 'cooperative');
    farm.record();
    const runs = await Promise.all(ids.map(id => killJson(id, '--reason', `ended as ${id}`)));
    for (const [index, { code, json }] of runs.entries()) {
      const [{ agentId, outcome, errors }] = json.targets;
      expect([code, json.ok, json.targets.length]).toEqual([0, true, 1]);
      expect([agentId, outcome, errors]).toEqual([
        ids[index],
        index === 0 ? 'exited' : 'killed',
        [],
      ]);
      const done = { tmux_session_killed: true, prompt_file_deleted: true };
      expect(json.targets[0]).toMatchObject(done);
      const members = json.targets[0].processes.map((each: { pid: number }) => each.pid);
      const signalled = json.targets[0].signals.map((each: { pid: number }) => each.pid);
      // No vigil has signalled another one's agent.
      expect(members).toEqual(expect.arrayContaining([...(agents[index]?.pids ?? [])]));
      expect(signalled.filter((pid: number) => !members.includes(pid))).toEqual([]);
      for (const agent of agents.filter((_, at) => at !== index))
        expect(agent.pids.filter(pid => members.includes(pid))).toEqual([]);
    }
    expect(agents.flatMap(agent => agent.pids).filter(isAlive)).toEqual([]);
    expect(other.pids.every(isAlive)).toBe(true);
    const task = JSON.parse(readFileSync(farm.workspace.taskFile(farm.task), 'utf8'));
    const global = JSON.parse(readFileSync(farm.workspace.globalFile, 'utf8'));
    const ended = { status: 'terminated' };
    for (const id of ids) {
      const reason = { ...ended, termination_reason: `ended as ${id}` };
      expect(task.agents.find((each: { id: string }) => each.id === id)).toMatchObject(reason);
      expect(global.agents[id]).toMatchObject(reason);
    }
    const living = task.agents.filter((each: { status: string }) => each.status === 'working');
    expect(living.map((each: { id: string }) => each.id)).toContain(`other-${round}`);
    expect(task.active_count).toBe(living.length);
    expect(global.active_agents).toBe(living.length);
  }
}, 120_000);

describe('an agent started by another one survives it', () => {
  /** Python in the outer agent, which starts the inner one. */
  const starts: Readonly<Record<string, string>> = {
    'in a session of its own': `
settings = [word for name in ('HABIT', 'READY_FILE') for word in ('-e', f'{name}={env[name]}')]
subprocess.run(['tmux', 'new-session', '-d', *settings, '-s', 'agent_beta-1', claude, '--print', 'go'], check=True)`,
    'below it, with a mark of its own': `
subprocess.Popen([claude, '--print', 'go'], env={**env, 'VIGIL_AGENT': 'beta-1:0b7e'}, start_new_session=True)`,
  };
  for (const [title, start] of Object.entries(starts))
    it(title, async () => {
      const claude = join(farm.standIns.directory, 'bin', 'claude');
      const outer = await farm.run(
        'alpha-1',
        `#!/usr/bin/env python3
import os, signal, subprocess, time
claude, ready = '${claude}', os.environ['READY_FILE']
env = {**os.environ, 'HABIT': 'cooperative', 'READY_FILE': ready + '.inner'}
signal.signal(signal.SIGHUP, signal.SIG_DFL)
${start}
while not os.path.exists(ready + '.inner'): time.sleep(0.01)
open(ready + '.tmp', 'w').write(str(os.getpid()))
os.rename(ready + '.tmp', ready)
while True: signal.pause()
`,
      );
      const inner = Number(readFileSync(`${outer.readyFile}.inner`, 'utf8'));
      farm.standIns.adopt(inner);
      farm.record();
      farm.workspace.writeTask(farm.task, [
        { id: 'alpha-1', status: 'working' },
        { id: 'beta-1', status: 'working', parent: 'alpha-1', depth: 2 },
      ]);
      farm.workspace.age();
      const { code, json } = await killJson('alpha-1');
      expect([code, json.targets[0].outcome]).toEqual([0, 'exited']);
      expect([outer.pids.some(isAlive), isAlive(inner)]).toEqual([false, true]);
      // Its own id still ends it.
      expect((await killJson('beta-1')).code).toBe(0);
      expect(isAlive(inner)).toBe(false);
    });
});

describe('tmux', () => {
  it('that recreates the session by a hook is reported as a respawn', async () => {
    await farm.start('alpha-1', 'cooperative');
    farm.record();
    farm.server.tmux('set-hook', '-g', 'session-closed', 'new-session -d -s agent_alpha-1');
    const { json } = await killJson('alpha-1');
    expect(json.targets[0].errors.join()).toMatch(/restarted: session agent_alpha-1 exists again/);
    expect([json.ok, json.targets[0].outcome]).toEqual([false, 'survived']);
    farm.server.tmux('set-hook', '-gu', 'session-closed');
  });

  it('with a second session on the same window: the agent is still ended', async () => {
    const agent = await farm.start('alpha-1', 'stubborn');
    farm.record();
    farm.server.tmux('new-session', '-d', '-t', '=agent_alpha-1', '-s', 'viewer');
    const { json } = await killJson('alpha-1');
    expect(['killed', 'exited']).toContain(json.targets[0].outcome);
    expect(agent.pids.filter(isAlive)).toEqual([]);
  });

  it('with a dead pane: its stale pid is not signalled', async () => {
    const agent = await farm.start('alpha-1', 'cooperative');
    farm.record();
    farm.server.tmux('set-option', '-t', '=agent_alpha-1:', 'remain-on-exit', 'on');
    farm.server.tmux('split-window', '-d', '-t', '=agent_alpha-1:', 'true');
    await eventually('a pane is dead', () =>
      farm.server.tmux('list-panes', '-t', '=agent_alpha-1:', '-F', '#{pane_dead}').includes('1'),
    );
    const stale = farm.server
      .tmux('list-panes', '-t', '=agent_alpha-1:', '-F', '#{pane_dead} #{pane_pid}')
      .split('\n')
      .find(line => line.startsWith('1 '))
      ?.slice(2);
    const { json } = await killJson('alpha-1');
    const signalled = json.targets[0].signals.map((each: { pid: number }) => each.pid);
    expect(signalled).not.toContain(Number(stale));
    expect(agent.pids.filter(isAlive)).toEqual([]);
  });

  it('on two servers with sessions of one name: the named one ends, the other one is untouched', async () => {
    const agent = await farm.start('alpha-1', 'cooperative');
    farm.record();
    const second = startTmux();
    try {
      second.session('people');
      const person = Number(second.tmux('display-message', '-p', '-t', '=people:', '#{pane_pid}'));
      const run = await vigil(['kill', 'alpha-1', '--yes', ...farm.options, '-L', second.name], {
        env: { XDG_STATE_HOME: farm.state },
      });
      expect(run.code).toBe(0);
      expect(agent.pids.filter(isAlive)).toEqual([]);
      expect(isAlive(person)).toBe(true);
    } finally {
      second.close();
    }
  });
});

it('a zombie cannot be ended, and its parent is named', async () => {
  const zombie = await farm.standIns.zombie();
  const { code, json } = await killJson(`pid:${zombie.pid}`);
  expect(code).toBe(4);
  expect(json.targets[0].errors.join()).toContain('its parent must reap it');
  expect(isAlive(zombie.parent)).toBe(true);
});

it('a path outside the workspace is kept and reported as unsafe', async () => {
  await farm.start('alpha-1', 'cooperative');
  farm.record();
  const precious = join(farm.standIns.directory, 'precious-alpha-1.txt');
  writeFileSync(precious, 'precious');
  const path = farm.workspace.taskFile(farm.task);
  const registry = JSON.parse(readFileSync(path, 'utf8'));
  registry.agents[0].tracked_files = { prompt_file: precious, log_file: '../../x' };
  writeFileSync(path, JSON.stringify(registry, null, 2));
  farm.workspace.age();
  const { json } = await killJson('alpha-1');
  expect(
    json.targets[0].errors.filter((each: string) => each.startsWith('unsafe path')),
  ).toHaveLength(2);
  expect(readFileSync(precious, 'utf8')).toBe('precious');
});

it('an unwritable log does not stop a kill', async () => {
  const agent = await farm.start('alpha-1', 'cooperative');
  farm.record();
  mkdirSync(farm.state, { recursive: true });
  writeFileSync(join(farm.state, 'vigil'), 'a file where the directory should be');
  const run = await vigil(['kill', 'alpha-1', '--yes', ...farm.options], {
    env: { XDG_STATE_HOME: farm.state },
  });
  expect(run.code).toBe(0);
  expect(agent.pids.filter(isAlive)).toEqual([]);
});
