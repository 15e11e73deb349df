/** The progress of one vigil's kill is visible in every other vigil. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allDead } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { killsBeside } from '../helpers/kills-beside.ts';
import { vigil } from '../helpers/vigil.ts';

const kills = killsBeside();
const env = () => ({ XDG_STATE_HOME: kills.farm.state });
async function rowWith<T>(isMeant: (row: T) => boolean) {
  const { stdout } = await vigil(['list', '--json', ...kills.farm.options], { env: env() });
  return JSON.parse(stdout).rows.find(isMeant);
}
const rowOf = (id: string) => rowWith((each: { agentId?: string }) => each.agentId === id);

it('the row shows stage, attempt, deadline and the killing vigil until the kill is over', async () => {
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
  // A vigil that is gone makes no progress.
  killer.kill('SIGKILL');
  await left;
  expect((await rowOf('alpha-1')).escalation).toBe(null);
  expect(
    (await vigil(['kill', 'alpha-1', '--yes', '--force', ...kills.farm.options], { env: env() }))
      .code,
  ).toBe(0);
  await allDead(stubborn.pids);
});

it('a leftover with its own row keeps it while it is ended, and after its vigil is killed', async () => {
  const { standIns } = kills.farm;
  const told = join(standIns.directory, 'left-over');
  const program = `trap "" TERM HUP; echo $$ > ${told}.tmp; mv ${told}.tmp ${told}; exec -a claude sleep 1000`;
  // It was started by an agent that is gone.
  const env = { CLAUDECODE: '1', CLAUDE_PID: '4194303' };
  standIns.start('setsid', ['--fork', 'bash', '-c', program], env);
  const pid = await eventually('it says its pid', () =>
    existsSync(told) ? Number(readFileSync(told, 'utf8')) : undefined,
  );
  standIns.adopt(pid);
  const row = () =>
    rowWith((each: { processes: { pid: number }[] }) => each.processes[0]?.pid === pid);
  await eventually('it is an orphan', async () => (await row())?.class === 'orphan');
  const { started, left } = kills.start(`pid:${pid}`, '--retry-delays', '60');
  await eventually('it is being ended', async () => (await row())?.escalation !== null);
  expect(await row()).toMatchObject({ class: 'orphan', escalation: { stage: 'terminating' } });
  started.kill('SIGKILL');
  await left;
  expect(await row()).toMatchObject({ class: 'orphan', escalation: null });
});
