/** Two servers with a session of one name, servers excluded by options, sockets that never existed, and
 * agents that survive SIGKILL. Unread sources close no entry. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import {
  createEvidenceWorld,
  deadOf,
  type EvidenceWorld,
  each,
  livingOf,
} from '../helpers/evidence-world.ts';
import { createFreezer, type Freezer } from '../helpers/freezer.ts';
import { hasLivingThread } from '../helpers/observer.ts';
import type { TmuxServer } from '../helpers/tmux-server.ts';

let world: EvidenceWorld;
let freezer: Freezer | undefined;
beforeEach(() => {
  world = createEvidenceWorld();
});
afterEach(() => {
  freezer?.close();
  freezer = undefined;
  world.close();
});

const agent = (id: string, server?: TmuxServer) => world.run(`agent_${id}`, 'claude', server);

async function classesOf(...words: string[]): Promise<Record<string, string>> {
  const { stdout } = await world.vigil('list', '--json', ...words);
  const rows = JSON.parse(stdout).rows as { agentId?: string; class: string }[];
  return Object.fromEntries(rows.flatMap(row => (row.agentId ? [[row.agentId, row.class]] : [])));
}

describe('two servers with a session of one name', () => {
  let other: TmuxServer;
  beforeEach(() => {
    other = world.another();
  });

  it('neither is touched without proof of which is the agent’s, and -L chooses', async () => {
    const [mine, theirs] = [await agent('twin-1'), await agent('twin-1', other)];
    world.recordWorking('twin-1');
    const { code, stderr } = await world.vigil('kill', 'twin-1', '--yes');
    expect([code, stderr]).toEqual([4, expect.stringContaining('-L')]);
    expect([mine, theirs].map(isAlive)).toEqual([true, true]);
    const swept = await world.vigil('sweep', '--yes');
    expect([swept.code, ...[mine, theirs].map(isAlive)]).toEqual([0, true, true]);
    expect(world.statuses('twin-1')).toEqual(each('working', 'twin-1'));
    const chosen = await world.vigil('kill', 'twin-1', '--yes', '-L', other.name);
    expect([chosen.code, ...[mine, theirs].map(isAlive)]).toEqual([0, true, false]);
  });

  it('neither is a suspected orphan: an entry names both', async () => {
    const agents = [await agent('twin-1'), await agent('twin-1', other), await agent('stray-1')];
    world.recordWorking('twin-1');
    const { code, stderr } = await world.vigil('sweep', '--yes', '--include-suspected');
    expect([code, stderr, ...agents.map(isAlive)]).toEqual([0, '', true, true, false]);
  });

  it('the writer of the log is the agent, and a reader is not', async () => {
    const log = world.logOf('read-1');
    writeFileSync(log, '{}\n');
    other.session('agent_read-1', 'tail', '-n', '0', '-F', log);
    const reader = Number(
      other.tmux('display-message', '-p', '-t', '=agent_read-1:', '#{pane_pid}'),
    );
    const people = { 'an agent of another project': await agent('logged-1'), 'a reader': reader };
    const agents = {
      'logged-1': await world.runLogged('agent_logged-1', 'claude', world.logOf('logged-1'), other),
      'read-1': await world.runLogged('agent_read-1', 'claude', log),
    };
    world.recordWorking(...Object.keys(agents));
    const { code, stderr } = await world.vigil('kill', ...Object.keys(agents), '--yes');
    expect([livingOf(agents), deadOf(people)]).toEqual([[], []]);
    expect([code, stderr]).toEqual([0, '']);
  });

  for (const [title, start] of [
    ['an editor', () => world.run('agent_plain-1', 'vim', other)],
    ['a shell', () => world.shell('agent_plain-1', other)],
  ] as const)
    it(`the one with an agent program is the agent’s, and the one with ${title} is not`, async () => {
      const plain = await agent('plain-1');
      const people = { [title]: await start() };
      world.recordWorking('plain-1');
      const { code, stderr } = await world.vigil('kill', 'plain-1', '--yes');
      expect([isAlive(plain), deadOf(people), code, stderr]).toEqual([false, [], 0, '']);
    });
});

describe('a tmux socket', () => {
  it('excluded by -L may hold an agent, which stays recorded', async () => {
    const other = world.another();
    const agents = {
      'plain-1': await agent('plain-1', other),
      'logged-1': await world.runLogged('renamed', 'claude', world.logOf('logged-1'), other),
    };
    const ids = Object.keys(agents);
    world.recordWorking(...ids, 'ghost-1');
    const options = ['-L', world.server.name];
    expect(await classesOf(...options)).toMatchObject({
      ...{ 'plain-1': 'unknown', 'logged-1': 'unknown', 'ghost-1': 'ghost' },
    });
    const reconciled = await world.vigil('reconcile', '--yes', ...options);
    expect([reconciled.code, reconciled.stderr]).toEqual([0, '']);
    await world.vigil('sweep', '--yes', ...options);
    await world.vigil('kill', 'plain-1', '--yes', ...options);
    expect([livingOf(agents), world.statuses(...ids, 'ghost-1')]).toEqual([
      ids,
      [...each('working', ...ids), 'ghost-1 terminated'],
    ]);
  });

  it('that never existed closes no entry, whatever option names it', async () => {
    const agents = { 'plain-1': await agent('plain-1'), 'plain-2': await agent('plain-2') };
    world.recordWorking('plain-1', 'plain-2', 'ghost-1');
    const ids = ['plain-1', 'plain-2', 'ghost-1'];
    for (const options of [
      ['-L', 'defualt'],
      ['-S', join(world.directory, 'nowhere')],
      ['-L', 'defualt', '-L', world.server.name],
    ]) {
      const list = await world.vigil('list', '--json', ...options);
      expect([list.code, JSON.parse(list.stdout).problems]).toMatchObject([
        5,
        [{ source: 'tmux' }],
      ]);
      await world.vigil('reconcile', '--yes', ...options);
      expect([livingOf(agents), world.statuses(...ids)]).toEqual([
        Object.keys(agents),
        each('working', ...ids),
      ]);
    }
    await world.vigil('sweep', '--yes', '-L', 'defualt');
    expect([livingOf(agents), (await world.vigil('reconcile', '--yes')).code]).toEqual([
      Object.keys(agents),
      0,
    ]);
    expect(world.statuses(...ids)).toEqual([
      ...each('working', 'plain-1', 'plain-2'),
      'ghost-1 terminated',
    ]);
  });

  it('whose server has exited counts as read', async () => {
    const other = world.another();
    const plain = await agent('plain-1');
    const serverPid = other.pid();
    other.tmux('kill-session', '-t', '=people');
    await eventually('its server has ended', () => !isAlive(serverPid));
    expect(existsSync(other.path)).toBe(true);
    world.recordWorking('plain-1', 'ghost-1');
    const { code, stderr } = await world.vigil('reconcile', '--yes', '-L', other.name);
    expect([code, stderr, isAlive(plain)]).toEqual([0, '', true]);
    expect(world.statuses('plain-1', 'ghost-1')).toEqual(['plain-1 working', 'ghost-1 terminated']);
  });
});

it('an agent that cannot be killed stays recorded as stuck until it is gone', async () => {
  const agents = { 'stuck-1': await agent('stuck-1'), 'stuck-2': await agent('stuck-2') };
  const ids = Object.keys(agents);
  const logged = await world.runLogged('agent_stuck-3', 'claude', world.logOf('stuck-3'));
  world.recordWorking(...ids, 'stuck-3', 'ghost-1');
  freezer = createFreezer(1);
  await freezer.freeze([...Object.values(agents), logged]);
  const killed = await world.vigil('kill', ...ids, 'stuck-3', '--yes', '--force');
  expect(killed.code).toBe(1);
  expect(world.statuses(...ids, 'stuck-3')).toEqual(each('stuck', ...ids, 'stuck-3'));
  world.workspace.age();
  for (const verb of ['reconcile', 'sweep']) await world.vigil(verb, '--yes');
  expect([...Object.values(agents), logged].every(hasLivingThread)).toBe(true);
  expect(world.statuses(...ids, 'stuck-3', 'ghost-1')).toEqual([
    ...each('stuck', ...ids, 'stuck-3'),
    'ghost-1 terminated',
  ]);
  freezer.thaw();
  await eventually('they are dead', () => !Object.values(agents).some(hasLivingThread));
  world.workspace.age();
  expect((await world.vigil('reconcile', '--yes')).code).toBe(0);
  expect(world.statuses(...ids)).toEqual(each('terminated', ...ids));
});
