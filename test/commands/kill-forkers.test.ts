/** Agents that fork to resist termination, on real processes. */
import { readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Agent, type Agents, startAgents } from '../helpers/agents.ts';
import { rounds } from '../helpers/campaign.ts';
import { eventually } from '../helpers/eventually.ts';
import {
  forgottenDaemon,
  forksOnTerm,
  forksWhileDying,
  mutualRespawners,
  steadyForker,
} from '../helpers/hostile-agents.ts';
import {
  type Bystanders,
  endWatched,
  hasLivingThread,
  startBystanders,
} from '../helpers/observer.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { vigil } from '../helpers/vigil.ts';

let farm: Agents;
let bystanders: Bystanders;
beforeEach(async () => {
  farm = startAgents();
  bystanders = await startBystanders(farm, 'alpha-1');
});
afterEach(() => farm.close());

const forksOf = (agent: Agent) => statSync(`${agent.readyFile}.forks`).size;

async function end(agent: Agent, ...words: string[]) {
  farm.record();
  const watched = await endWatched(farm, [agent], bystanders, words);
  const [target] = watched.targets;
  if (target === undefined) throw new Error(`no target: ${watched.stderr}`);
  return { ...watched, target };
}

it('an agent that forks on SIGTERM gets it once, and all its forks are killed', async () => {
  const agent = await farm.run('alpha-1', forksOnTerm(3));
  const { code, target } = await end(agent);
  expect([code, target.outcome, target.escalated_to_sigkill]).toEqual([0, 'killed', true]);
  // Four received SIGTERM, and each forks twenty times, unless SIGKILL comes first.
  const forks = forksOf(agent);
  expect(forks).toBeGreaterThan(20);
  expect(forks).toBeLessThanOrEqual(80);
  expect(target.processes.length).toBeGreaterThanOrEqual(forks);
});

it('an agent that forks endlessly is stopped first, then killed completely', async () => {
  const agent = await farm.run('alpha-1', steadyForker(2000, rounds(4, 1)));
  const { code, target } = await end(agent);
  expect([code, target.outcome]).toEqual([0, 'killed']);
  // As fast as the machine forks. It is counted before each fork, the last of which it may not have lived to do.
  const forks = forksOf(agent);
  expect(forks).toBeGreaterThan(20);
  expect(target.processes.length).toBeGreaterThanOrEqual(forks);
});

it('two processes that restart each other from their own sessions stay dead', async () => {
  for (let round = 0; round < rounds(2, 20); round++) {
    const agent = await farm.run(`alpha-${round}`, mutualRespawners(200));
    const { code, target } = await end(agent, ...(round % 2 === 0 ? [] : ['--force']));
    expect([code, target.outcome, target.errors]).toEqual([0, 'killed', []]);
    for (const pid of agent.pids) expect(hasLivingThread(pid)).toBe(false);
  }
});

it('twenty forks during the kill are all ended', async () => {
  const agent = await farm.run('alpha-1', forksWhileDying);
  const { code, target } = await end(agent);
  expect([code, target.outcome]).toEqual([0, 'killed']);
  expect(target.processes.length).toBeGreaterThanOrEqual(20);
});

it('a daemon without environment, parent and session is found by its registry record', async () => {
  const agent = await farm.run('alpha-1', forgottenDaemon);
  farm.record();
  const [, middle = 0, daemon = 0] = agent.pids;
  const tracked = () =>
    JSON.parse(readFileSync(farm.workspace.taskFile(farm.task), 'utf8')).agents.find(
      (each: { id: string }) => each.id === 'alpha-1',
    ).tracked_processes ?? [];
  await eventually('it is on record', async () => {
    await vigil(['reconcile', '--yes', ...farm.options], { env: { XDG_STATE_HOME: farm.state } });
    return tracked().some((each: { pid: number }) => each.pid === daemon);
  });
  process.kill(middle, 'SIGUSR2');
  await eventually('it has lost its parent', () => statOf(daemon)?.ppid === 1);
  expect(readFileSync(`/proc/${daemon}/environ`, 'latin1')).toBe('');
  const watched = await endWatched(farm, [agent], bystanders);
  const [target] = watched.targets;
  expect([watched.code, target?.outcome]).toEqual([0, 'exited']);
  expect(target?.processes.find(each => each.pid === daemon)?.reason).toContain(
    'recorded in tracked_processes',
  );
});
