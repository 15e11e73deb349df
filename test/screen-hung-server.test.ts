/** The live screen while tmux does not answer: drawing, keys and terminations continue. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Observer, startObserver } from './helpers/aftermath.ts';
import { type Agent, type Agents, isAlive, startAgents } from './helpers/agents.ts';
import { eventually } from './helpers/eventually.ts';
import { type LiveScreen, startScreen } from './helpers/screen.ts';

let farm: Agents;
let agent: Agent;
let observer: Observer;
let screen: LiveScreen | undefined;
let stopped: number | undefined;
beforeEach(async () => {
  farm = startAgents();
  agent = await farm.start('alpha-1', 'stubborn');
  const other = await farm.start('beta-1', 'cooperative');
  farm.record();
  observer = await startObserver(farm, agent, [other]);
});
afterEach(() => {
  if (stopped !== undefined) process.kill(stopped, 'SIGCONT');
  stopped = undefined;
  screen?.close();
  screen = undefined;
  farm.close();
});

it('counts a termination down, attempt by attempt, and its agent is dead before the server resumes', async () => {
  const live = await startScreen([...farm.options, '-d', '0.5', '-F', 'alpha'], {
    columns: 130,
    env: `XDG_STATE_HOME='${farm.state}'`,
  });
  screen = live;
  await live.shows(/live +alpha-1/);
  live.press('x');
  await live.shows('End gracefully');
  stopped = farm.server.pid();
  process.kill(stopped, 'SIGSTOP');
  await live.confirm();
  // Each is shown for a second or so: slower drawing would miss one.
  const seen = new Set<string>();
  await eventually('it is dead', () => {
    for (const match of live.capture().matchAll(/terminating \d\/3 \d\.\d/g)) seen.add(match[0]);
    return !agent.pids.some(isAlive);
  });
  for (const attempt of [2, 3])
    expect([...seen].filter(each => each.includes(`${attempt}/3`)).length).toBeGreaterThan(1);
  live.press('?');
  await live.shows('kill with SIGKILL');
  live.press('Escape');
  await eventually('it is on record', () => observer.log().at(-1)?.outcome === 'killed');
  expect(observer.statusOf(agent)).toBe('terminated');
  observer.afterwards([agent]);
});
