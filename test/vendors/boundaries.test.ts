/** What a row of a real program does not hold: the hub that Cline's clients share, and agents of another pid
 * namespace. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { type JsonRow, startVendors, type VendorWorld } from './vendor-world.ts';

let world: VendorWorld;
beforeAll(async () => {
  world = await startVendors();
});
afterAll(() => world?.close());

it('Cline: ending one client leaves the hub and the other, and a sweep leaves the hub without clients', async () => {
  const isHub = (row: JsonRow) => row.class === 'host' && row.program === 'cline';
  const isClientIn = (session: string) => (row: JsonRow) =>
    row.class === 'interactive' && row.program === 'cline' && row.session?.name === session;
  world.start('first', 'one', 'cline');
  const hub = await world.row('the hub is a host', isHub);
  world.start('second', 'two', 'cline');
  const first = await world.row('the first is there', isClientIn('first'));
  const second = await world.row('the second is there', isClientIn('second'));
  await world.row('it serves both', row => isHub(row) && row.status === '2 clients');
  const [one, two, shared] = [first, second, hub].map(row => row.processes[0]?.pid ?? 0);
  const done = await world.vigil('kill', `pid:${one}`, '--yes', '--json');
  expect([done.code, JSON.parse(done.stdout).targets[0].outcome]).toEqual([0, 'exited']);
  expect([one, two, shared].map(pid => isAlive(pid ?? 0))).toEqual([false, true, true]);
  process.kill(two ?? 0, 'SIGKILL');
  await world.row('nobody uses the hub', row => isHub(row) && row.status === '0 clients');
  expect((await world.vigil('sweep', '--yes')).code).toBe(0);
  expect(isAlive(shared ?? 0)).toBe(true);
});

it('Claude Code in another pid namespace: its record is its row, and unknown where it cannot be seen', async () => {
  const records = join(world.home, '.claude/sessions');
  world.start('inside', 'contained', 'unshare', '--pid', '--fork', '--mount-proc', 'claude');
  await eventually(
    'it has a record',
    () => existsSync(records) && readdirSync(records).some(name => /^\d+\.json$/.test(name)),
    30_000,
  );
  const isInside = (each: JsonRow) => each.cwd?.endsWith('/contained') === true;
  const row = await world.row(
    'the record is a row',
    each => isInside(each) && each.status === 'idle',
  );
  expect(row).toMatchObject({ class: 'interactive', recordedBy: ['claude-sessions'] });
  // Where its process cannot be seen, nothing is claimed.
  const inside = spawnSync(
    'unshare',
    ['--pid', '--fork', '--mount-proc', process.execPath, 'dist/cli.js', 'list', '--json'],
    { encoding: 'utf8', env: { ...process.env, HOME: world.home, TMUX_TMPDIR: world.home } },
  );
  const unseen = (JSON.parse(inside.stdout).rows as JsonRow[]).find(isInside);
  expect(unseen).toMatchObject({ class: 'unknown', processes: [] });
  expect(unseen?.evidence.join('\n')).toContain('of another pid namespace');
  const pid = row.processes[0]?.pid ?? 0;
  expect((await world.vigil('sweep', '--yes')).code).toBe(0);
  expect(isAlive(pid)).toBe(true);
});
