/** Kills interrupted by signals or a closed pipe: they are finished, and no process stays
 * stopped. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Agent, isAlive } from '../helpers/agents.ts';
import { rounds } from '../helpers/campaign.ts';
import { eventually } from '../helpers/eventually.ts';
import { killsBeside } from '../helpers/kills-beside.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { vigil } from '../helpers/vigil.ts';

const kills = killsBeside();

const log = () => {
  const path = join(kills.farm.state, 'vigil', 'vigil.log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};
const entry = (id: string) =>
  JSON.parse(readFileSync(kills.farm.workspace.taskFile(kills.farm.task), 'utf8')).agents.find(
    (each: { id: string }) => each.id === id,
  );

const termSent = () => eventually('SIGTERM was sent', () => log().includes('"SIGTERM"'));

it('the first SIGINT lets a kill finish, and the exit code names the signal', async () => {
  const agent = await kills.farm.start('alpha-1', 'stubborn');
  kills.farm.record();
  const { started, left } = kills.start('alpha-1');
  await termSent();
  started.kill('SIGINT');
  const { how, ms } = await left;
  expect(how).toBe(130);
  expect(ms).toBeGreaterThan(3500);
  expect(agent.pids.filter(isAlive)).toEqual([]);
  expect(entry('alpha-1').status).toBe('terminated');
});

it('the second SIGINT escalates to SIGKILL', async () => {
  const agent = await kills.farm.start('alpha-1', 'stubborn');
  kills.farm.record();
  const { started, left } = kills.start('alpha-1');
  await termSent();
  started.kill('SIGTERM');
  started.kill('SIGINT');
  await eventually('SIGKILL was sent', () => log().includes('"SIGKILL"'), 2500);
  // The kernel chooses the order of two simultaneous signals.
  expect([130, 143]).toContain((await left).how);
  expect(agent.pids.filter(isAlive)).toEqual([]);
});

it('a closed pipe does not stop a kill', async () => {
  const agent = await kills.farm.start('alpha-1', 'stubborn');
  kills.farm.record();
  const { started, left } = kills.start('alpha-1', '--json');
  started.stdout?.destroy();
  await left;
  expect(agent.pids.filter(isAlive)).toEqual([]);
  expect(entry('alpha-1').status).toBe('terminated');
});

it('a kill -9 of vigil at any moment leaves no process stopped after the next vigil has run', async () => {
  for (let round = 0; round < rounds(4, 40); round++) {
    const id = `alpha-${round}`;
    const agent: Agent = await kills.farm.start(id, 'respawns');
    kills.farm.record();
    const { started, left } = kills.start(id, '--retry-delays', '0.1', '--retries', '1');
    await eventually('signals were sent', () =>
      log()
        .split('\n')
        .some(line => line.includes(`"agent:${id}"`) && line.includes('"signal"')),
    );
    await new Promise(resolve => setTimeout(resolve, Math.random() * 300));
    started.kill('SIGKILL');
    await left;
    const again = await vigil(['kill', id, '--yes', ...kills.farm.options], {
      env: { XDG_STATE_HOME: kills.farm.state },
    });
    expect(again.code).toBe(0);
    // Even if its session was already gone.
    expect(agent.pids.filter(isAlive)).toEqual([]);
    for (const pid of agent.pids) expect([pid, statOf(pid)?.state]).not.toEqual([pid, 'T']);
    const notes = readdirSync(join(kills.farm.state, 'vigil')).filter(name =>
      name.startsWith('ending-'),
    );
    expect(notes).toEqual([]);
  }
});
