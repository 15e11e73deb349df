/** How far one vigil is with an ending can be watched from any other. */
import { expect, it } from 'vitest';
import { allDead } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { killsBeside } from '../helpers/kills-beside.ts';
import { vigil } from '../helpers/vigil.ts';

const kills = killsBeside();
const env = () => ({ XDG_STATE_HOME: kills.farm.state });
async function rowOf(id: string) {
  const { stdout } = await vigil(['list', '--json', ...kills.farm.options], { env: env() });
  return JSON.parse(stdout).rows.find((each: { agentId?: string }) => each.agentId === id);
}

it('its stage, attempt and deadline are in the row, with whose ending it is, until it is over', async () => {
  const stubborn = await kills.farm.start('alpha-1', 'stubborn');
  await kills.farm.start('alpha-2', 'cooperative');
  kills.farm.record();
  expect((await rowOf('alpha-1')).escalation).toBe(null);
  const { started: killer, left } = kills.start('alpha-1', '--retry-delays', '4,30,30');
  await eventually(
    'the second attempt is seen',
    async () => (await rowOf('alpha-1')).escalation?.attempt === 2,
  );
  const row = await rowOf('alpha-1');
  expect(row.escalation).toMatchObject({ stage: 'terminating', attempt: 2, of: 3 });
  const waitMs = Date.parse(row.escalation.deadline) - Date.now();
  expect(waitMs).toBeGreaterThan(0);
  expect(waitMs).toBeLessThanOrEqual(30_000);
  expect(row.evidence).toContain(`vigil pid ${killer.pid} is ending it`);
  expect((await rowOf('alpha-2')).escalation).toBe(null);
  // Whoever is gone goes on with nothing.
  killer.kill('SIGKILL');
  await left;
  expect((await rowOf('alpha-1')).escalation).toBe(null);
  expect(
    (await vigil(['kill', 'alpha-1', '--yes', '--force', ...kills.farm.options], { env: env() }))
      .code,
  ).toBe(0);
  await allDead(stubborn.pids);
});
