/** A guard with a policy on a farm with everything that agents leave behind, beside bystanders, and with faults. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { runaway, startBystanders } from '../helpers/guarded-farm.ts';
import { createGuards, type Guards, isEvent, type Said } from '../helpers/guards.ts';

let farm: Cleanups;
let guards: Guards;
beforeEach(() => {
  farm = startCleanups();
  guards = createGuards(farm.standIns.directory, farm.state);
});
afterEach(() => {
  guards.close();
  farm.close();
});

const policy = {
  ...{ ghost: 'reconcile', orphan: 'sweep', husk: 'sweep', undead: 'kill', limit: 'kill' },
};

it('cleans up what is proven, ends the runaway alone, and touches no bystander', async () => {
  const live = await farm.start('live-1', 'with a setsid child', { isMarked: true });
  const undead = await farm.start('undead-1', 'stubborn');
  const large = await farm.run('runaway-1', runaway);
  const leaked = await farm.leftServer();
  const child = await farm.leftChild('gone-1');
  farm.husk('husk-1');
  farm.recordAs({
    ...{
      'live-1': 'working',
      'undead-1': 'completed',
      'runaway-1': 'working',
      'gone-1': 'completed',
    },
    ...{ 'husk-1': 'working', 'ghost-1': 'working', 'ghost-2': 'blocked' },
  });
  const bystanders = await startBystanders(farm);
  guards.configure({
    ...{ policy, minimumAge: 1, looks: 2, health: 0.5, every: 3 },
    limits: { processes: 7 },
    thresholds: { warn: 4, critical: 40 },
  });
  // The server does not answer at first: nothing may be concluded from that.
  const serverPid = farm.server.pid();
  process.kill(serverPid, 'SIGSTOP');
  const guard = guards.start(farm.options);
  const held = await guard.until('that it holds back', isEvent('held-back'));
  expect(held.text).toMatch(/^nothing is changed: .*no answer within 2 s/);
  expect([...undead.pids, ...large.pids, leaked, child].every(isAlive)).toBe(true);
  process.kill(serverPid, 'SIGCONT');
  await allDead([...undead.pids, ...large.pids, leaked, child]);
  await eventually('the husk is gone', () => !farm.sessions().includes('agent_husk-1'));
  await eventually('the ghosts are closed', () =>
    ['ghost-1', 'ghost-2'].every(id => farm.status(id) === 'terminated'),
  );
  await guard.until(
    'that there are few agents again',
    said => said.event === 'alert-cleared' && said.name === 'many-agents',
  );
  guard.child.kill('SIGTERM');
  expect(await guard.exited).toEqual({ how: 143, stderr: '' });
  expect(live.pids.every(isAlive)).toBe(true);
  expect(Object.keys(bystanders).filter(name => !isAlive(bystanders[name] as number))).toEqual([]);
  expect(farm.sessions()).toEqual([
    'agent_live-1',
    'agent_of_mine',
    'people',
    'people-work',
    'work',
  ]);
  expect(farm.status('live-1')).toBe('working');
  const ended = guard
    .said()
    .filter(said => said.event === 'killed' || said.event === 'swept')
    .flatMap(({ targets }) => targets as { agentId?: string; class: string }[]);
  expect(ended.filter(each => each.class === 'live').map(each => each.agentId)).toEqual([
    'runaway-1',
  ]);
  expect(new Set(ended.map(each => each.class))).toEqual(
    new Set(['live', 'undead', 'husk', 'orphan']),
  );
  const alerts = guard.said().filter(({ name }) => name === 'many-agents');
  expect(alerts.map(({ event }: Said) => event)).toEqual(['alert-raised', 'alert-cleared']);
});

it('only reports without a configuration', async () => {
  const undead = await farm.start('undead-1', 'cooperative');
  farm.husk('husk-1');
  farm.recordAs({ 'undead-1': 'completed', 'husk-1': 'working', 'ghost-1': 'working' });
  mkdirSync(join(farm.taskDirectory, 'logs'), { recursive: true });
  farm.writeFiles('ended-1');
  guards.configure({ minimumAge: 0, looks: 2, health: 0.3, every: 0.5 });
  const guard = guards.start(farm.options);
  for (const id of ['undead-1', 'husk-1', 'ghost-1'])
    await guard.until(
      `what it found: ${id}`,
      said => said.event === 'found' && said.agentId === id,
    );
  // Two more runs would have acted by now.
  const { length } = guard.said();
  const statusOf = () => guard.said().filter(isEvent('status'));
  for (let count = 1; count <= 3; count++) {
    guard.child.kill('SIGUSR1');
    await eventually('it prints its status', () => statusOf().length >= count);
  }
  expect(guard.said().length).toBeGreaterThan(length);
  guard.child.kill('SIGINT');
  expect(await guard.exited).toEqual({ how: 130, stderr: '' });
  const names = new Set(guard.said().map(({ event }) => event));
  for (const name of ['killed', 'swept', 'reconciled']) expect(names).not.toContain(name);
  expect(undead.pids.every(isAlive)).toBe(true);
  expect(farm.sessions()).toContain('agent_husk-1');
  expect(farm.status('ghost-1')).toBe('working');
});
