/** `vigil shutdown --when-ends`: waits for a server process, so that no agent outlives it. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { journalOf, startShutdown } from '../helpers/shutdowns.ts';
import { statOf } from '../helpers/stand-ins.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

function started(): Cleanups {
  const farm = startCleanups();
  closing.push(() => farm.close());
  return farm;
}

describe('a shutdown that waits for a server', () => {
  /** A server that exits when its input is closed. */
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
    const shutdown = startShutdown(farm, '--when-ends', String(server.pid), '--yes');
    closing.push(shutdown.close);
    await eventually('it waits', () => shutdown.said().includes('waiting for '));
    expect(agent.pids.every(isAlive)).toBe(true);
    return { farm, pids: agent.pids, server, shutdown };
  };

  it.each(['end', 'kill'] as const)('ends every agent when the server exits (%s)', async how => {
    const { farm, pids, server, shutdown } = await waiting();
    server[how]();
    expect(await shutdown.done).toBe(0);
    expect(shutdown.said()).toContain('process exited: ending every agent');
    await allDead(pids);
    expect(journalOf(farm)?.phase).toBe('done');
  });

  it('ends every agent when it is signalled itself', async () => {
    const { farm, pids, server, shutdown } = await waiting();
    process.kill(shutdown.pid, 'SIGTERM');
    expect(await shutdown.done).toBe(143);
    expect(shutdown.said()).toContain('cleanup completed:');
    await allDead(pids);
    expect(isAlive(server.pid)).toBe(true);
    expect(journalOf(farm)?.phase).toBe('done');
  });

  it('uses almost no CPU while it waits', async () => {
    const { shutdown } = await waiting();
    // In ticks of 10 ms: the cost of the wait, not of the start.
    const usedMs = () => ticksOf(shutdown.pid) * 10;
    const [from, startedAt] = [usedMs(), Date.now()];
    await eventually('five seconds have passed', () => Date.now() - startedAt > 5000);
    expect((usedMs() - from) / (Date.now() - startedAt)).toBeLessThan(0.02);
  });

  it('does not start without such a process or a valid pid', async () => {
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

  it('shows the plan in advance, and reports if it cannot poll', async () => {
    const farm = started();
    const agent = await farm.start('worker-1', 'cooperative');
    farm.recordAs({ 'worker-1': 'working' });
    const words = ['--dry-run', '--when-ends', String(startServer().pid)];
    const plan = await farm.vigil('shutdown', ...words);
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('agent_worker-1')]);
    const server = farm.server.pid();
    process.kill(server, 'SIGSTOP');
    const hung = await farm
      .vigil('shutdown', ...words)
      .finally(() => process.kill(server, 'SIGCONT'));
    expect([hung.code, hung.stderr]).toEqual([5, expect.stringContaining('nothing was ended: ')]);
    expect(agent.pids.every(isAlive)).toBe(true);
  });
});

function ticksOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
