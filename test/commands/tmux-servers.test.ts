/** tmux servers that stop, exit, restart or change during a kill. */
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Observer, startObserver } from '../helpers/aftermath.ts';
import {
  type Agent,
  type Agents,
  allDead,
  type Habit,
  isAlive,
  startAgents,
} from '../helpers/agents.ts';
import { rounds } from '../helpers/campaign.ts';
import { eventually } from '../helpers/eventually.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { cliPath, type Run, vigil, vigilEnv } from '../helpers/vigil.ts';

let farm: Agents;
let observer: Observer;
beforeEach(() => {
  farm = startAgents();
});
let stopped: number | undefined;
afterEach(() => {
  if (stopped !== undefined && statOf(stopped) !== undefined) process.kill(stopped, 'SIGCONT');
  stopped = undefined;
  farm.close();
});

async function startAlpha(habit: Habit, others: readonly Agent[] = []): Promise<Agent> {
  const agent = await farm.start('alpha-1', habit);
  farm.record();
  observer = await startObserver(farm, agent, others);
  return agent;
}

/** Starts a kill that has made its plan and sends SIGUSR1 first, which leaves a second to disturb
 * it. */
async function startKill(...words: string[]): Promise<{ left: Promise<Run & { json: KillJson }> }> {
  const options = ['kill', 'alpha-1', '--yes', '--json', '--ask-first', ...farm.options, ...words];
  const child = spawn(process.execPath, [cliPath, ...options], {
    env: vigilEnv({ XDG_STATE_HOME: farm.state }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', data => {
    stdout += data;
  });
  child.stderr.on('data', data => {
    stderr += data;
  });
  const left = new Promise<Run & { json: KillJson }>(resolve =>
    child.on('close', code =>
      resolve({ code, stdout, stderr, json: JSON.parse(stdout || 'null') }),
    ),
  );
  await eventually('the agent was asked', () =>
    observer.log().some(line => line.signal === 'SIGUSR1'),
  );
  return { left };
}
type KillJson = {
  readonly targets: readonly {
    readonly outcome: string;
    readonly tmux_session_killed: boolean;
    readonly errors: readonly string[];
    readonly signals: readonly { readonly pid: number; readonly signal: string }[];
  }[];
};
const paneOf = (session: string) =>
  Number(farm.server.tmux('display-message', '-p', '-t', `=${session}:`, '#{pane_pid}'));

/** A tmux client that may hang; it is killed with the farm. */
const tmuxClient = (...words: string[]) =>
  farm.standIns.start('tmux', ['-S', farm.server.path, '-f', '/dev/null', ...words]);

it('no session name is a pattern: an agent whose name matches others is ended alone', async () => {
  const others = [
    await farm.start('alpha-12', 'cooperative'),
    await farm.start('al', 'cooperative'),
  ];
  const agent = await startAlpha('stubborn', others);
  const odd = await farm.start('al*', 'cooperative');
  farm.record();
  const run = await vigil(['kill', 'al*', '--yes', ...farm.options], {
    env: { XDG_STATE_HOME: farm.state },
  });
  expect(run.code).toBe(0);
  observer.afterwards([odd]);
  expect(isAlive(agent.pids[0] as number)).toBe(true);
  // A target that is gone matches no longer name.
  const { left } = await startKill('--retries', '1', '--retry-delays', '0.1');
  await left;
  const again = await vigil(['kill', 'session:agent_alpha-1', '--yes', ...farm.options]);
  expect(again.code).toBe(3);
  observer.afterwards([odd, agent]);
});

for (const habit of ['cooperative', 'stubborn'] as const)
  it(`a stopped server resumes with a kill and a new session pending, and the new agent is untouched: ${habit}`, async () => {
    const agent = await startAlpha(habit);
    const server = farm.server.pid();
    const { left } = await startKill();
    stopped = server;
    process.kill(server, 'SIGSTOP');
    const { code, json } = await left.finally(() => {
      // Requested while it hung, after the kill of the old session.
      tmuxClient('new-session', '-d', '-s', 'agent_alpha-1', 'sleep', '1000');
      tmuxClient('new-session', '-d', '-s', 'agent_alpha-1b', 'sleep', '1000');
    });
    expect([code, json.targets[0]?.outcome]).toEqual([
      0,
      habit === 'stubborn' ? 'killed' : 'exited',
    ]);
    // Not verifiable, so not reported.
    expect(json.targets[0]?.tmux_session_killed).toBe(false);
    expect(agent.pids.filter(isAlive)).toEqual([]);
    process.kill(server, 'SIGCONT');
    await eventually('the new session is there', () => {
      const names = farm.server.tmux('list-sessions', '-F', '#{session_name}').split('\n');
      return names.includes('agent_alpha-1b');
    });
    const names = farm.server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
    // In either order the old session is gone and no new process was hit.
    if (names.includes('agent_alpha-1')) expect(isAlive(paneOf('agent_alpha-1'))).toBe(true);
    expect(isAlive(paneOf('agent_alpha-1b'))).toBe(true);
    expect(observer.statusOf(agent)).toBe('terminated');
    observer.afterwards([agent]);
  });

it('a new agent with the name of one that was just ended is untouched', async () => {
  const agent = await startAlpha('cooperative');
  const { left } = await startKill();
  await allDead(agent.pids);
  farm.server.tmux('new-session', '-d', '-s', 'agent_alpha-1', 'sleep', '1000');
  await left;
  expect(isAlive(paneOf('agent_alpha-1'))).toBe(true);
  observer.afterwards([agent]);
});

it('a server that is killed midway: the report on the agents is correct', async () => {
  for (let round = 0; round < rounds(2, 20); round++) {
    farm.close();
    farm = startAgents();
    const agent = await startAlpha(round % 2 === 0 ? 'stubborn' : 'cooperative');
    const server = farm.server.pid();
    const { left } = await startKill();
    process.kill(server, 'SIGKILL');
    const { code, json } = await left;
    expect(code).toBe(0);
    expect(['killed', 'exited']).toContain(json.targets[0]?.outcome);
    expect(observer.statusOf(agent)).toBe('terminated');
    observer.afterwards([agent]);
  }
});

it('a restarted server reuses session ids: none of its sessions is killed', async () => {
  const agent = await startAlpha('stubborn');
  const old = farm.server.tmux('display-message', '-p', '-t', '=agent_alpha-1:', '#{session_id}');
  const { left } = await startKill();
  process.kill(farm.server.pid(), 'SIGKILL');
  await eventually('it is dead', () => {
    try {
      return farm.server.tmux('list-sessions') === '';
    } catch {
      return true;
    }
  });
  // As many sessions as on the old server, so the ids are the same.
  farm.server.session('people', 'sleep', '1000');
  farm.server.session('agent_alpha-1', 'sleep', '1000');
  const now = farm.server.tmux('display-message', '-p', '-t', '=agent_alpha-1:', '#{session_id}');
  expect(now).toBe(old);
  const { code, json } = await left;
  // A session of the agent's name was started meanwhile: it is named, and left alone.
  expect([code, json.targets[0]?.outcome]).toEqual([1, 'survived']);
  for (const session of ['people', 'agent_alpha-1']) expect(isAlive(paneOf(session))).toBe(true);
  observer.afterwards([agent]);
});

it('a hook that restarts the agent under its name is reported, and no other process is signalled', async () => {
  const other = await farm.start('beta-1', 'cooperative');
  const agent = await startAlpha('cooperative', [other]);
  const { env, ready } = farm.standIns.environment();
  const claude = farm.standIns.agent('gemini');
  const again = `new-session -d -s agent_alpha-1 "READY_FILE=${env.READY_FILE} ${claude}"`;
  farm.server.tmux('set-hook', '-g', 'session-closed', again);
  const { left } = await startKill();
  const { json } = await left;
  expect(json.targets[0]?.errors.join()).toMatch(/restarted: session agent_alpha-1 exists again/);
  const pid = await ready();
  expect(json.targets[0]?.signals.map(each => each.pid)).not.toContain(pid);
  expect(isAlive(pid)).toBe(true);
  farm.server.tmux('set-hook', '-gu', 'session-closed');
  observer.afterwards([agent]);
});

it('a session that is renamed after the poll is still ended, and only that one', async () => {
  const other = await farm.start('beta-1', 'cooperative');
  const agent = await startAlpha('stubborn', [other]);
  const { left } = await startKill();
  farm.server.tmux('rename-session', '-t', '=agent_alpha-1', 'mine');
  farm.server.tmux('rename-session', '-t', '=agent_beta-1', 'agent_alpha-1');
  const { code, json } = await left;
  expect([code, json.targets[0]?.tmux_session_killed]).toEqual([0, true]);
  expect(farm.server.tmux('list-sessions', '-F', '#{session_name}').split('\n')).not.toContain(
    'mine',
  );
  observer.afterwards([agent]);
});

it('control characters in names and titles never reach the terminal, even with LC_ALL=C', async () => {
  const agent = await startAlpha('cooperative');
  const { env, ready } = farm.standIns.environment();
  const session = 'agent_od\u001b[31m\u0007d\u009b仕事';
  farm.server.tmux('set-option', '-g', 'set-titles', 'on');
  farm.server.session(session, 'env', `READY_FILE=${env.READY_FILE}`, farm.standIns.agent('codex'));
  await ready();
  farm.server.tmux('select-pane', '-t', '=agent_alpha-1:', '-T', '\u001b]0;x\u0007|\n|%1');
  farm.server.tmux('rename-window', '-t', '=agent_alpha-1:', 'w\u001b[2J');
  for (const locale of [
    { LC_ALL: 'C' },
    { LC_ALL: 'C.UTF-8' },
    { LC_ALL: undefined, LANG: undefined },
  ]) {
    const at = { env: { XDG_STATE_HOME: farm.state, ...locale } };
    for (const verb of [['list'], ['list', '--tree'], ['why', 'alpha-1'], ['list', '--json']]) {
      const { code, stdout, stderr } = await vigil([...verb, ...farm.options], at);
      expect([code, stderr]).toEqual([0, '']);
      for (const line of stdout.split('\n')) expect(line).not.toMatch(/\p{Cc}/u);
      if (locale.LC_ALL !== 'C.UTF-8' && verb[1] !== '--json') expect(stdout).toMatch(/^[ -~\n]*$/);
    }
  }
  const { code } = await vigil(['kill', 'alpha-1', '--yes', ...farm.options], {
    env: { XDG_STATE_HOME: farm.state, LC_ALL: 'C' },
  });
  expect(code).toBe(0);
  observer.afterwards([agent]);
  expect(statOf(farm.server.pid())?.state).not.toBe('T');
});
