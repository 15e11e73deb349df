/** Freezing and thawing with the key f, on the built program beside real agents in a real tmux. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Habit } from './helpers/agents.ts';
import { agentsOnScreen } from './helpers/agents-on-screen.ts';
import { eventually } from './helpers/eventually.ts';
import { statOf } from './helpers/stand-ins.ts';

const watched = agentsOnScreen();
const open = (row: RegExp) =>
  watched.open(['-d', '0.5', '-F', 'alpha'], { columns: 160, rows: 30 }, row);

/** An agent without a shell around it: the pane's own process. */
async function startAlone(habit: Habit): Promise<readonly number[]> {
  const { env, ready } = watched.farm.standIns.environment();
  const file = env.READY_FILE as string;
  const program = join(watched.farm.standIns.directory, 'bin', 'claude');
  const settings = [`HABIT=${habit}`, `READY_FILE=${file}`];
  watched.farm.server.session('agent_alpha-1', 'env', ...settings, program, '--print');
  await ready();
  const pids = readFileSync(file, 'utf8').split(' ').map(Number);
  for (const pid of pids) watched.farm.standIns.adopt(pid);
  return pids;
}

const stateOf = (pid: number) => statOf(pid)?.state;
const all = (state: string, pids: readonly number[]) =>
  eventually(`all are in state ${state}`, () => pids.every(pid => stateOf(pid) === state));
const panePid = () =>
  Number(watched.farm.server.tmux('display-message', '-p', '-t', '=agent_alpha-1:', '#{pane_pid}'));
const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

it('all but the pane’s own shell are stopped and resumed, and the notice names those that are not', async () => {
  const agent = await watched.farm.start('alpha-1', 'with a setsid child');
  watched.farm.record();
  const shell = panePid();
  // The agent, its child in a session of its own, and the `cat` behind it.
  const members = [...new Set([...agent.pids, ...childrenOf(shell)])];
  expect(members).toHaveLength(3);
  const live = await open(/live +alpha-1/);
  live.press('f');
  await live.shows(
    `frozen: 3 processes; pane process ${shell} keeps running (tmux would resume it)`,
  );
  await all('T', members);
  expect(stateOf(shell)).toBe('S');
  live.press('q');
  await live.shows('vigil: still frozen: alpha-1 (f thaws)');
  live.press('Up', 'Enter');
  await live.shows(/live +alpha-1.*frozen/);
  live.press('f');
  await live.shows('thawed: 3 processes');
  await all('S', members);
});

it('of an agent that is the pane process its children are stopped, and it keeps running', async () => {
  const [agent = 0, child = 0] = await startAlone('with a setsid child');
  expect(panePid()).toBe(agent);
  const live = await open(/agent_alpha-1/);
  live.press('f');
  await live.shows(`frozen: 1 process; pane process ${agent} keeps running (tmux would resume it)`);
  await all('T', [child]);
  expect(stateOf(agent)).toBe('S');
});

it('an agent that is only the pane process is not frozen, and that is reported', async () => {
  const [agent = 0] = await startAlone('cooperative');
  const live = await open(/agent_alpha-1/);
  live.press('f');
  await live.shows(`nothing frozen; pane process ${agent} keeps running (tmux would resume it)`);
  expect(stateOf(agent)).toBe('S');
});

it('tmux resumes a pane process with its whole group, and no other group: why it is skipped', async () => {
  await startAlone('with a setsid child');
  const leader = panePid();
  const [child = 0] = childrenOf(leader);
  // One more, in the leader's own group.
  watched.farm.server.session('second', 'sh', '-c', 'sleep 1000; :');
  const shell = Number(
    watched.farm.server.tmux('display-message', '-p', '-t', '=second:', '#{pane_pid}'),
  );
  // Stopped before its exec, a child of vfork would keep its parent from stopping.
  const sleep = await eventually('it has started', () =>
    childrenOf(shell).find(pid => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n'),
  );
  for (const pid of [child, sleep]) process.kill(pid, 'SIGSTOP');
  await eventually('both are stopped', () => [child, sleep].every(pid => stateOf(pid) === 'T'));
  for (const pid of [leader, shell]) process.kill(pid, 'SIGSTOP');
  await eventually('its group is awake', () => stateOf(sleep) === 'S');
  await eventually('they are awake', () => [leader, shell].every(pid => stateOf(pid) === 'S'));
  expect(stateOf(child)).toBe('T');
});
