/** A machine behind a line that is slow, loses packets and is unplugged: real packets between network namespaces. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { type FarHost, type FarHosts, startFarHosts } from '../helpers/far-hosts.ts';
import { readWatch } from '../helpers/far-watch.ts';
import { agentId } from '../helpers/workspace.ts';

const task = 'TASK-20251029-232447-3bf85ff8';
const [first, second, ghost] = [agentId('builder', 1), agentId('builder', 2), agentId('ghost', 1)];

let far: FarHosts;
let host: FarHost;

beforeAll(async () => {
  far = await startFarHosts(['far']);
  [host] = far.hosts as [FarHost];
  host.workspace.writeTask(
    task,
    [first, second, ghost].map(id => ({ id })),
  );
  host.workspace.age();
  host.agents([first, second]);
});
afterAll(() => far?.close());

it('is read and changed as any other, told as silent while it is unplugged, and has no false ghost', async () => {
  await host.line.set({ delayMs: 100, lost: 2 });
  const vigil = far.start(['list', '--json', '--watch', '-d', '1', '--host', 'far']);
  const watch = readWatch(vigil);
  const live = [`live ${first}`, `live ${second}`];
  await eventually('it is heard', () => watch.rowsOf('far').length === 3);
  const killed = await far.vigil(['kill', first, '--host', 'far', '--yes', '--json']);
  expect(killed).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(killed.stdout).targets).toMatchObject([{ agentId: first, outcome: 'exited' }]);
  await eventually('its end is seen', () => watch.rowsOf('far').length === 2);
  const { lost } = await host.line.set({ lost: 100 });
  expect(lost).toBeGreaterThan(0);
  await eventually('it is silent', () => watch.stateOf('far')?.ok === false);
  expect(watch.rowsOf('far').map(row => row.class)).toEqual(['unknown', 'unknown']);
  await host.line.set({ delayMs: 100, lost: 2 });
  await eventually('it is heard again', () => watch.stateOf('far')?.ok);
  expect([...(watch.reasons.get('far') ?? [])]).toEqual(['far: silent; its rows are unknown']);
  // For a moment the first was dead and still recorded.
  const seen = [...(watch.seen.get('far') ?? [])].filter(each => each !== `ghost ${first}`);
  expect(seen.sort()).toEqual(
    [...live, `ghost ${ghost}`, `unknown ${second}`, `unknown ${ghost}`].sort(),
  );
  vigil.kill('SIGTERM');
});
