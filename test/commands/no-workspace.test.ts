/** Without a workspace every session lacks a registry entry: it may be a user's work, and no bulk
 * command ends it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Agents, allDead, isAlive, startAgents } from '../helpers/agents.ts';
import { vigil } from '../helpers/vigil.ts';

let farm: Agents;
beforeEach(() => {
  farm = startAgents();
});
afterEach(() => farm.close());

it('an orphan then does not count as reclaimable, is spared by class targets, and is ended by its name', async () => {
  const agent = await farm.start('alpha-1', 'cooperative');
  const run = (...words: string[]) =>
    vigil([...words, '-L', farm.server.name], { cwd: '/', env: { XDG_STATE_HOME: farm.state } });
  const found = JSON.parse((await run('list', '--json')).stdout);
  const row = found.rows.find(
    (each: { session: { name: string } | null }) => each.session?.name === agent.session,
  );
  expect(row.class).toBe('orphan');
  const target = row.key;
  const reconciled = await run('reconcile', '--yes');
  expect([reconciled.code, reconciled.stdout.split('\n')[0]]).toEqual([
    0,
    'nothing to do: no registry was found',
  ]);
  const plan = JSON.parse((await run('kill', '@orphans', '--dry-run', '--json')).stdout);
  expect(plan.targets.find((each: { target: string }) => each.target === target)).toMatchObject({
    outcome: 'refused',
    errors: [expect.stringContaining('no workspace found')],
  });
  const swept = JSON.parse((await run('sweep', '--dry-run', '--json')).stdout);
  expect(swept.targets.find((each: { target: string }) => each.target === target)).toMatchObject({
    outcome: 'refused',
  });
  expect(agent.pids.every(isAlive)).toBe(true);
  const ended = await run('kill', `session:${agent.session}`, '--yes');
  expect(ended.code).toBe(0);
  await allDead(agent.pids);
});
