/** Terminations by key, on the built program in a real terminal, with real agents beside it. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allDead, isAlive } from './helpers/agents.ts';
import { agentsOnScreen } from './helpers/agents-on-screen.ts';
import { eventually } from './helpers/eventually.ts';
import type { LiveScreen } from './helpers/screen.ts';
import { createStandIns } from './helpers/stand-ins.ts';

const watched = agentsOnScreen();
function open(...words: string[]): Promise<LiveScreen> {
  watched.farm.record();
  return watched.open(['-d', '0.5', ...words], { columns: 130, rows: 30 });
}
const entry = (id: string) =>
  JSON.parse(readFileSync(watched.farm.workspace.taskFile(watched.farm.task), 'utf8')).agents.find(
    (each: { id: string }) => each.id === id,
  );

it('filter, tag, x, read the plan, Cancel, x, y, watch the attempts, see the outcome', async () => {
  const stubborn = await watched.farm.start('alpha-1', 'stubborn');
  const calm = await watched.farm.start('alpha-2', 'cooperative');
  const bystander = await watched.farm.start('beta-1', 'cooperative');
  // In a stable order: the cursor goes down by one with each tag.
  const live = await open('-s', 'agent');
  live.press('/', 'a', 'l', 'p', 'h', 'a', 'Enter');
  await live.showsNot(/live +beta-1/);
  live.press('Space', 'Space');
  await live.shows(/^\*. live +alpha-2/m);
  live.press('x');
  const plan = await live.shows('End gracefully: 2 targets');
  expect(plan).toContain('> Cancel <');
  expect(plan).toMatch(/session agent_alpha-1 .*\n.*\n +end +\d+ +(pane process of )?its session/);
  live.press('Enter');
  await live.shows(/live +alpha-1/);
  expect([...stubborn.pids, ...calm.pids].every(isAlive)).toBe(true);
  live.press('x');
  await live.shows('End gracefully: 2 targets');
  await live.confirm();
  await live.shows(/alpha-1 .*terminating [123]\/3 \d\.\ds/);
  // The termination continues while the user views something else.
  live.press('?');
  await live.shows('end gracefully');
  live.press('Escape');
  await live.shows(/alpha-2 .*exited/);
  await live.shows(/alpha-1 .*killed/);
  await live.shows(/2 ended in \d+\.\d s: 1 exited, 1 killed/);
  live.press('e');
  await live.shows(/alpha-1: killed in [\d.]+ s \(.*SIGTERM, .*SIGKILL\)/);
  live.press('Escape');
  await allDead([...stubborn.pids, ...calm.pids]);
  expect(bystander.pids.every(isAlive)).toBe(true);
  expect(
    watched.farm.server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n').sort(),
  ).toEqual(['agent_beta-1', 'people']);
  await eventually(
    'both are on record',
    () => entry('alpha-1').status === 'terminated' && entry('alpha-2').status === 'terminated',
  );
});

it('X kills at once', async () => {
  const stubborn = await watched.farm.start('alpha-1', 'stubborn');
  const live = await open();
  live.press('X');
  await live.shows('Kill with SIGKILL: 1 target');
  await live.confirm();
  await allDead(stubborn.pids);
  await live.shows(/alpha-1 killed in \d+\.\d s/);
});

it('quitting during a termination asks, and y leaves no agent half terminated', async () => {
  const stubborn = await watched.farm.start('alpha-1', 'stubborn');
  // Longer than the keys below take on a busy machine.
  const live = await open('--retry-delays', '1,2,10');
  live.press('x');
  await live.shows('End gracefully');
  await live.confirm();
  await live.shows(/terminating [1-3]\/3/);
  live.press('q');
  await live.shows('1 target is still being ended');
  live.press('n');
  await live.shows(/ending +alpha-1/);
  live.press('q');
  await live.shows('Quit?');
  await live.confirm();
  await live.shows('left with 0');
  await allDead(stubborn.pids);
  expect(entry('alpha-1').status).toBe('terminated');
});

it('m takes a reason: it is recorded, and a later screen tells it with its date', async () => {
  const agent = await watched.farm.start('alpha-1', 'cooperative');
  const live = await open();
  live.press('x');
  await live.shows('End gracefully');
  live.press('m');
  await live.shows('keep the reason');
  // Letters, not answers.
  live.press('y', 'n', 'q');
  await live.shows('reason:  ynq');
  expect(agent.pids.every(isAlive)).toBe(true);
  live.press('Enter');
  await live.showsNot('keep the reason');
  await live.confirm();
  await allDead(agent.pids);
  await eventually('it is on record', () => entry('alpha-1').termination_reason === 'ynq');
  live.press('q');
  await live.shows('left with 0');
  live.close();
  const again = await watched.open(['-d', '0.5'], { columns: 130, rows: 30 }, /\[All\]/);
  again.press('e');
  await again.shows(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d alpha-1 exited in .* \(pid \d+, key x\): ynq/);
});

it('with --read-only nothing can be ended', async () => {
  const agent = await watched.farm.start('alpha-1', 'cooperative');
  const live = await open('--read-only');
  for (const key of ['x', 'X', 'f']) {
    live.press(key);
    await live.shows('Read-only mode: this key is disabled');
    live.press('y', 'Escape');
    await live.shows(/live +alpha-1/);
  }
  expect(agent.pids.every(isAlive)).toBe(true);
});

it('what restarts an ended agent is offered to be ended with it', async () => {
  await watched.farm.start('alpha-1', 'cooperative');
  const standIns = createStandIns();
  try {
    const agent = standIns.agent('claude');
    const keeper = join(standIns.directory, 'keeper.sh');
    writeFileSync(keeper, `while :; do '${agent}'; done`);
    watched.farm.server.session('kept', 'bash', keeper);
    const live = await open();
    live.press('/', 'k', 'e', 'p', 't', 'Enter');
    await live.shows(/interactive +claude in .*\(kept\)/);
    const [shell = 0] = pidsOf(keeper);
    const [first = 0] = pidsOf(agent);
    live.press('x');
    await live.shows('End gracefully: 1 target');
    await live.confirm();
    // A new agent takes the place of the ended one, and the plan that ends both is open.
    await live.shows(/has started pid \d+ .* again/);
    await live.shows('End gracefully: 2 targets');
    const [second = 0] = pidsOf(agent);
    expect([isAlive(first), isAlive(second), isAlive(shell)]).toEqual([false, true, true]);
    await live.confirm();
    await allDead([second, shell]);
    expect(pidsOf(agent)).toEqual([]);
  } finally {
    standIns.close();
  }
});

it('an agent that is started again right after its end is alive on the screen, with its pid', async () => {
  await watched.farm.start('alpha-1', 'cooperative');
  const { env, ready } = watched.farm.standIns.environment();
  const again = `new-session -d -s agent_alpha-1 "READY_FILE=${env.READY_FILE} ${watched.farm.standIns.agent('gemini')}"`;
  watched.farm.server.tmux('set-hook', '-g', 'session-closed', again);
  const live = await open();
  live.press('x');
  await live.shows('End gracefully: 1 target');
  await live.confirm();
  const pid = await ready();
  const screen = await live.shows(new RegExp(`live +alpha-1 .*survived: pid ${pid}`));
  expect(screen).toContain('1 live');
  expect(isAlive(pid)).toBe(true);
  watched.farm.server.tmux('set-hook', '-gu', 'session-closed');
});

/** Processes that run this script. */
function pidsOf(script: string): number[] {
  const found = spawnSync('pgrep', ['-f', `^(/bin/)?bash ${script}`], { encoding: 'utf8' }).stdout;
  return found.trim().split('\n').filter(Boolean).map(Number);
}
