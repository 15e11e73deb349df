/** Commands about a whole machine, on one of two: each machine is a pid namespace of its own, so that nothing else is there to be
 * ended. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FarHost, type FarHosts, startFarHosts } from '../helpers/far-hosts.ts';
import { agentId } from '../helpers/workspace.ts';

const task = 'TASK-20251029-232447-3bf85ff8';
const ids = {
  builder: agentId('builder', 1),
  undead: agentId('undead', 1),
  ghost: agentId('ghost', 1),
};

let far: FarHosts;
let one: FarHost;
let two: FarHost;

beforeAll(async () => {
  far = await startFarHosts(['one', 'two']);
  [one, two] = far.hosts as [FarHost, FarHost];
  for (const host of far.hosts) {
    host.workspace.writeTask(task, [
      ...[ids.builder, ids.ghost].map(id => ({ id })),
      { id: ids.undead, status: 'completed', progress: 100 },
    ]);
    host.workspace.age();
    // The program itself has to be in the session to prove whose it is.
    host.agents([ids.builder, ids.undead], 'sleep 100000 & wait\n');
  }
});
afterAll(() => far?.close());

const sessions = (host: FarHost) =>
  host.run('tmux ls -F "#S" 2>/dev/null || :').trim().split('\n').filter(Boolean).sort();
const registry = (host: FarHost) => readFileSync(host.workspace.taskFile(task), 'utf8');
const statusIn = (text: string, id: string) =>
  JSON.parse(text).agents.find((agent: { id: string }) => agent.id === id).status;
const onOne = async (...words: string[]) => {
  const run = await far.vigil([...words, '--host', 'one', '--yes']);
  expect(run.stderr).toBe('');
  expect(run.code).toBe(0);
  return run.stdout;
};

it('sweep, reconcile, restore and shutdown plan there, are shown here, and leave the other machine alone', async () => {
  const untouched = [sessions(two), registry(two)];

  const swept = await onOne('sweep');
  // The plan, then the report.
  expect(swept).toMatch(new RegExp(`${ids.undead}[\\s\\S]+${ids.undead}`));
  expect(swept).not.toContain(ids.builder);
  expect(sessions(one)).toEqual([`agent_${ids.builder}`]);

  const before = registry(one);
  const { hosts } = JSON.parse(await onOne('reconcile', '--json'));
  expect(hosts).toMatchObject([{ name: 'one', code: 0, document: { ok: true } }]);
  expect(JSON.stringify(hosts[0].document)).toContain(ids.ghost);
  expect(statusIn(registry(one), ids.ghost)).toBe('terminated');

  const backup = readdirSync(join(one.workspace.path, 'registry', 'backups'))
    .sort()
    .at(-1);
  await onOne('reconcile', '--restore', backup ?? '');
  expect(registry(one)).toBe(before);

  const shut = JSON.parse(await onOne('shutdown', '--json'));
  expect(shut.hosts).toMatchObject([{ name: 'one', code: 0, document: { ok: true } }]);
  expect(shut.targets).toMatchObject([
    { host: 'one', agentId: ids.builder, outcome: expect.stringMatching(/exited|killed/) },
  ]);
  expect(sessions(one)).toEqual([]);
  expect(statusIn(registry(one), ids.builder)).toBe('terminated');

  expect([sessions(two), registry(two)]).toEqual(untouched);
  const { stdout } = await far.vigil(['log', '--json', '--host', 'one', '--host', 'two']);
  const { entries } = JSON.parse(stdout) as {
    entries: Record<'host' | 'kind' | 'target' | 'outcome', string>[];
  };
  expect(entries.map(({ host }) => host).filter(host => host !== 'one')).toEqual([]);
  const runs = entries.filter(({ kind }) => kind === 'run');
  expect(runs.map(({ target, outcome }) => [target, outcome])).toEqual([
    ['sweep', 'done'],
    ['reconcile', 'done'],
    ['reconcile', 'done'],
    ['shutdown', 'done'],
  ]);
});
