/** A shutdown that is cut off, that meets another one, a deploy, or the end of a server. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Agent, allDead, isAlive } from '../helpers/agents.ts';
import { rounds } from '../helpers/campaign.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { nothing, startDeploys } from '../helpers/deploys.ts';
import { eventually } from '../helpers/eventually.ts';
import { statOf } from '../helpers/stand-ins.ts';
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

/** Three that hold a shutdown up for some seconds. */
async function stubborn(farm: Cleanups): Promise<number[]> {
  const ids = ['worker-1', 'worker-2', 'worker-3'];
  const agents: Agent[] = [];
  for (const id of ids) agents.push(await farm.start(id, 'stubborn'));
  farm.recordAs(Object.fromEntries(ids.map(id => [id, 'working'])));
  for (const id of ids) farm.writeFiles(id);
  return agents.flatMap(each => each.pids);
}

type Journal = { phase: string; resumed: number; reason: string; by: { pid: number } };
const journalOf = ({ workspace }: Pick<Cleanups, 'workspace'>): Journal | undefined => {
  const path = join(workspace.path, 'shutdown_state.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
};
const hasCome = (farm: Pick<Cleanups, 'workspace'>, phase: string) =>
  eventually(`the shutdown is at ${phase}`, () => journalOf(farm)?.phase === phase);

/** vigil as a child that signals can be sent to. */
function begin(farm: Pick<Cleanups, 'options' | 'env'>, ...words: string[]) {
  const child = spawn(process.execPath, [cliPath, 'shutdown', ...farm.options, ...words], {
    env: vigilEnv(farm.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  closing.push(() => child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => {
      said += text;
    });
  const done = new Promise<number | null>(resolve => child.on('close', resolve));
  return { pid: child.pid as number, done, said: () => said };
}

const hasDeployed = (farm: Cleanups) =>
  farm.vigil('deploy', '--task', farm.task, '--type', 'late', '--prompt', 'x');

describe('a shutdown that is cut off among its agents', () => {
  const expectFinished = async (farm: Cleanups, pids: readonly number[]) => {
    const refused = await hasDeployed(farm);
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringMatching(/a shutdown of this workspace, begun at .* is not done \(agents\)/),
    ]);
    const again = await farm.vigil('shutdown', '--yes');
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toContain('cleanup completed, gone on with:');
    expect(pids.filter(isAlive)).toEqual([]);
    expect(journalOf(farm)).toMatchObject({ phase: 'done', resumed: 1 });
    expect(farm.sessions()).toEqual(['people']);
    expect(['worker-1', 'worker-2', 'worker-3'].map(farm.status)).toEqual(
      Array.from({ length: 3 }, () => 'terminated'),
    );
  };

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)(
    'by %s is gone on with by the next one, and until then nobody is deployed',
    async signal => {
      const farm = started();
      const pids = await stubborn(farm);
      const first = begin(farm, '--yes');
      await hasCome(farm, 'agents');
      process.kill(first.pid, signal);
      const codes = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129, SIGKILL: null };
      expect(await first.done).toBe(codes[signal]);
      expect(journalOf(farm)?.phase).toBe('agents');
      // Whoever was told to stop has finished the endings that it had begun, and stopped nobody.
      if (signal !== 'SIGKILL') expect(pids.filter(isAlive)).toEqual([]);
      if (signal !== 'SIGKILL') expect(first.said()).toContain('vigil shutdown goes on with it');
      await expectFinished(farm, pids);
    },
  );

  it('by a terminal that is closed is gone on with as well', async () => {
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

  it('at any moment leaves what the next one finishes', async () => {
    for (let round = 0; round < rounds(2, 30); round++) {
      const farm = started();
      const pids = await stubborn(farm);
      const first = begin(farm, '--yes');
      await eventually('it has begun', () => journalOf(farm) !== undefined);
      // The moment itself is what is tried: no condition is waited for here.
      await new Promise(resolve => setTimeout(resolve, (round * 733) % 9000));
      process.kill(first.pid, 'SIGKILL');
      await first.done;
      const again = await farm.vigil('shutdown', '--yes');
      expect([round, again.code, again.stderr]).toEqual([round, 0, '']);
      expect(pids.filter(isAlive)).toEqual([]);
      expect(journalOf(farm)?.phase).toBe('done');
    }
  });
});

it('after a shutdown agents are deployed again', async () => {
  const deploys = startDeploys();
  closing.push(() => deploys.close());
  expect((await deploys.deploy('one')).code).toBe(0);
  expect((await deploys.run('shutdown', '--yes')).code).toBe(0);
  expect(deploys.left()).toMatchObject({ ...nothing, entries: expect.any(Array) });
  expect((await deploys.deploy('two')).code).toBe(0);
});

it('a second shutdown at the same time says who runs one, and harms nothing', async () => {
  const farm = started();
  const pids = await stubborn(farm);
  const first = begin(farm, '--yes');
  await hasCome(farm, 'agents');
  const second = await farm.vigil('shutdown', '--yes');
  expect([second.code, second.stderr]).toEqual([
    4,
    expect.stringContaining(`a shutdown is under way, run by pid ${first.pid} since `),
  ]);
  expect(await first.done).toBe(0);
  expect(first.said()).toContain('cleanup completed:');
  expect(pids.filter(isAlive)).toEqual([]);
});

it('a deploy that is under way when a shutdown begins leaves nothing behind', async () => {
  for (const step of ['intents', 'prompts', 'sessions', 'processes', 'entries'] as const) {
    const deploys = startDeploys();
    closing.push(() => deploys.close());
    const deploying = deploys.begin('builder');
    await eventually(`its ${step} are there`, () => deploys.left()[step].length > 0);
    const run = await deploys.run('shutdown', '--yes');
    expect([step, run.code, run.stderr]).toEqual([step, 0, '']);
    // Whoever had passed the door is ended; whoever had not is turned away.
    expect([0, 4]).toContain(await deploying.done);
    expect([step, { ...deploys.left(), entries: [] }]).toEqual([step, nothing]);
  }
});

describe('a shutdown that waits for a server', () => {
  /** One that ends when its input does. */
  const startServer = () => {
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    closing.push(() => child.kill('SIGKILL'));
    return {
      pid: child.pid as number,
      end: () => child.stdin.end(),
      kill: () => child.kill('SIGKILL'),
    };
  };
  const waiting = async () => {
    const farm = started();
    const agent = await farm.start('worker-1', 'with a setsid child');
    farm.recordAs({ 'worker-1': 'working' });
    const server = startServer();
    const shutdown = begin(farm, '--when-ends', String(server.pid), '--yes');
    await eventually('it waits', () => shutdown.said().includes('waiting for '));
    expect(agent.pids.every(isAlive)).toBe(true);
    return { farm, pids: agent.pids, server, shutdown };
  };

  it.each(['end', 'kill'] as const)('ends everybody when that is gone (%s)', async how => {
    const { farm, pids, server, shutdown } = await waiting();
    server[how]();
    expect(await shutdown.done).toBe(0);
    expect(shutdown.said()).toContain('it has ended: ending every agent');
    await allDead(pids);
    expect(journalOf(farm)?.phase).toBe('done');
  });

  it('ends everybody when it is told to stop itself', async () => {
    const { farm, pids, server, shutdown } = await waiting();
    process.kill(shutdown.pid, 'SIGTERM');
    expect(await shutdown.done).toBe(143);
    expect(shutdown.said()).toContain('cleanup completed:');
    await allDead(pids);
    expect(isAlive(server.pid)).toBe(true);
    expect(journalOf(farm)?.phase).toBe('done');
  });

  it('costs next to nothing while it waits', async () => {
    const { shutdown } = await waiting();
    // Of ticks of 10 ms: what the wait costs, not the start.
    const usedMs = () => ticksOf(shutdown.pid) * 10;
    const [from, startedAt] = [usedMs(), Date.now()];
    await eventually('five seconds have passed', () => Date.now() - startedAt > 5000);
    expect((usedMs() - from) / (Date.now() - startedAt)).toBeLessThan(0.02);
  });

  it('does not begin when there is no such process, or no process id', async () => {
    const farm = started();
    const agent = await farm.start('worker-1', 'cooperative');
    farm.recordAs({ 'worker-1': 'working' });
    const gone = startServer();
    gone.kill();
    await eventually('it is gone', () => statOf(gone.pid) === undefined);
    const none = await farm.vigil('shutdown', '--yes', '--when-ends', String(gone.pid));
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('no such process')]);
    for (const pid of ['0', '-1', 'x'])
      expect((await farm.vigil('shutdown', '--yes', `--when-ends=${pid}`)).code).toBe(2);
    expect(agent.pids.every(isAlive)).toBe(true);
    expect(journalOf(farm)).toBeUndefined();
  });
});

function ticksOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
