/** A shutdown that is interrupted, or runs at the same time as another one or a deploy. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Agent, isAlive } from '../helpers/agents.ts';
import { rounds } from '../helpers/campaign.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { nothing, startDeploys } from '../helpers/deploys.ts';
import { eventually } from '../helpers/eventually.ts';
import { journalOf, startShutdown } from '../helpers/shutdowns.ts';
import { type OwnTerminal, openTerminal } from '../helpers/terminal.ts';
import { cliPath, vigilEnv } from '../helpers/vigil.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

function started(): Cleanups {
  const farm = startCleanups();
  closing.push(() => farm.close());
  return farm;
}

function begun(farm: Cleanups, ...words: string[]) {
  const shutdown = startShutdown(farm, ...words);
  closing.push(shutdown.close);
  return shutdown;
}

/** Three agents that delay a shutdown for some seconds. */
async function stubborn(farm: Cleanups): Promise<number[]> {
  const ids = ['worker-1', 'worker-2', 'worker-3'];
  const agents: Agent[] = [];
  for (const id of ids) agents.push(await farm.start(id, 'stubborn'));
  farm.recordAs(Object.fromEntries(ids.map(id => [id, 'working'])));
  for (const id of ids) farm.writeFiles(id);
  return agents.flatMap(each => each.pids);
}

const hasCome = (farm: Pick<Cleanups, 'workspace'>, phase: string) =>
  eventually(`the shutdown is at ${phase}`, () => journalOf(farm)?.phase === phase);

const hasDeployed = (farm: Cleanups) =>
  farm.vigil('deploy', '--task', farm.task, '--type', 'late', '--prompt', 'x');

describe('a shutdown that is interrupted while ending agents', () => {
  const expectFinished = async (farm: Cleanups, pids: readonly number[]) => {
    const refused = await hasDeployed(farm);
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringMatching(/unfinished shutdown of this workspace \(started .* phase agents\)/),
    ]);
    const again = await farm.vigil('shutdown', '--yes');
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toContain('cleanup completed, resumed:');
    expect(pids.filter(isAlive)).toEqual([]);
    expect(journalOf(farm)).toMatchObject({ phase: 'done', resumed: 1 });
    expect(farm.sessions()).toEqual(['people']);
    expect(['worker-1', 'worker-2', 'worker-3'].map(farm.status)).toEqual(
      Array.from({ length: 3 }, () => 'terminated'),
    );
  };

  it.each((['SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGINT'] as const).slice(0, rounds(2, 4)))(
    'by %s is resumed by the next one, and until then deploys are refused',
    async signal => {
      const farm = started();
      const pids = await stubborn(farm);
      const first = begun(farm, '--yes');
      await hasCome(farm, 'agents');
      process.kill(first.pid, signal);
      const codes = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129, SIGKILL: null };
      expect(await first.done).toBe(codes[signal]);
      expect(journalOf(farm)?.phase).toBe('agents');
      // A shutdown that got the signal has finished its running terminations and left no process stopped.
      if (signal !== 'SIGKILL') expect(pids.filter(isAlive)).toEqual([]);
      if (signal !== 'SIGKILL')
        expect(first.said()).toContain('run vigil shutdown again to finish');
      await expectFinished(farm, pids);
    },
  );

  it('by a closed terminal is resumed as well', async () => {
    const farm = started();
    const pids = await stubborn(farm);
    const terminal: OwnTerminal = openTerminal(
      [process.execPath, cliPath, 'shutdown', '--yes', ...farm.options],
      vigilEnv({ ...farm.env, TERM: 'xterm' }),
    );
    closing.push(() => terminal.close());
    await hasCome(farm, 'agents');
    terminal.hangUp();
    expect((await terminal.left).code).toBe(129);
    await expectFinished(farm, pids);
  });

  it(
    'at any moment is completed by the next one',
    async () => {
      for (let round = 0; round < rounds(1, 30); round++) {
        const farm = started();
        const pids = await stubborn(farm);
        const first = begun(farm, '--yes');
        await eventually('it has begun', () => journalOf(farm) !== undefined);
        // The random moment is under test, so this waits for no condition.
        await new Promise(resolve => setTimeout(resolve, (round * 733) % 9000));
        // It may be complete by then.
        first.close();
        await first.done;
        const again = await farm.vigil('shutdown', '--yes');
        expect([round, again.code, again.stderr]).toEqual([round, 0, '']);
        expect(pids.filter(isAlive)).toEqual([]);
        expect(journalOf(farm)?.phase).toBe('done');
      }
    },
    rounds(60_000, 900_000),
  );
});

it('after a shutdown deploys are accepted again', async () => {
  const deploys = startDeploys();
  closing.push(() => deploys.close());
  expect((await deploys.deploy('one')).code).toBe(0);
  expect((await deploys.run('shutdown', '--yes')).code).toBe(0);
  expect(deploys.left()).toMatchObject({ ...nothing, entries: expect.any(Array) });
  expect((await deploys.deploy('two')).code).toBe(0);
});

it('a second concurrent shutdown names the running one and changes nothing', async () => {
  const farm = started();
  const pids = await stubborn(farm);
  const first = begun(farm, '--yes');
  await hasCome(farm, 'agents');
  const second = await farm.vigil('shutdown', '--yes');
  expect([second.code, second.stderr]).toEqual([
    4,
    expect.stringContaining(`a shutdown is in progress, run by pid ${first.pid} since `),
  ]);
  expect(await first.done).toBe(0);
  expect(first.said()).toContain('cleanup completed:');
  expect(pids.filter(isAlive)).toEqual([]);
});

const steps = ['intents', 'processes', 'prompts', 'sessions', 'entries'] as const;
it.each(steps.slice(0, rounds(2, steps.length)))(
  'a deploy whose %s exist when a shutdown starts leaves nothing behind',
  async step => {
    const deploys = startDeploys();
    closing.push(() => deploys.close());
    const deploying = deploys.begin('builder');
    await eventually(`its ${step} are there`, () => deploys.left()[step].length > 0);
    const run = await deploys.run('shutdown', '--yes');
    expect([run.code, run.stderr]).toEqual([0, '']);
    // A deploy that started before the workspace was closed is ended; a later one is refused.
    expect([0, 4]).toContain(await deploying.done);
    expect({ ...deploys.left(), entries: [] }).toEqual(nothing);
  },
);
