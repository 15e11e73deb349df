/** `vigil wait`, on snapshots that follow each other. */
import { describe, expect, it } from 'vitest';
import { type WaitOptions, wait } from '../../source/cli/commands/wait.ts';
import type { Output } from '../../source/cli/output.ts';
import type { Monitor } from '../../source/core/inventory/monitor.ts';
import type { Row, Snapshot } from '../../source/core/model/model.ts';
import { agentRow, snapshotOf } from '../fixtures/snapshot.ts';
import { manualClock } from '../helpers/manual-clock.ts';

const start = Date.parse('2026-11-21T03:00:00Z');
const row = agentRow('a-1', 'working', { class: 'live' });
const stopping = new AbortController().signal;
const unread = { source: 'tmux', message: 'tmux does not answer', unread: true } as const;

/** @param snapshots by the second from the start; the last one stays. */
async function waiting(
  snapshots: readonly Partial<Snapshot>[],
  options: Partial<WaitOptions> = {},
  names = ['a-1'],
) {
  const { clock } = manualClock(start);
  const said: string[] = [];
  const poll = async () => {
    const seconds = Math.floor(clock.steadyNow() / 1000);
    const found = snapshots[Math.min(seconds, snapshots.length - 1)];
    return { ...snapshotOf(), ...found, takenAt: clock.now() };
  };
  const output: Output = {
    charset: 'unicode',
    lines: () => undefined,
    json: value => void said.push(JSON.stringify(value)),
    warn: message => void said.push(message),
  };
  const monitor = { poll, pollUntilSettled: poll } as unknown as Monitor;
  const code = await wait(
    { monitor, clock },
    names,
    { until: 'gone', json: false, intervalMs: 2000, stopping, ...options },
    output,
  );
  return { code, said: said.join('\n'), seconds: clock.steadyNow() / 1000 };
}

const at = (...rows: Row[]): Partial<Snapshot> => ({ rows, problems: [] });

describe('vigil wait', () => {
  it('until gone returns once two polls have found nothing alive', async () => {
    const { code, seconds } = await waiting([at(row), at(row), at()]);
    expect(code).toBe(0);
    expect(seconds).toBeGreaterThanOrEqual(2.5);
    expect(seconds).toBeLessThan(4);
  });

  it('counts a ghost and an ended agent as gone', async () => {
    for (const gone of ['ghost', 'ended'] as const)
      expect((await waiting([at(row), at({ ...row, class: gone })])).code).toBe(0);
  });

  it('does not take a source that cannot be read for gone', async () => {
    const silent = { rows: [], problems: [unread] };
    const { code, seconds } = await waiting([at(row), silent, silent, silent, at()]);
    expect([code, seconds >= 4]).toEqual([0, true]);
  });

  it('begins anew when the agent is there again', async () => {
    const { code, seconds } = await waiting([at(row), at(), at(row), at(row), at()]);
    expect(code).toBe(0);
    expect(seconds).toBeGreaterThan(1);
  });

  it('until idle follows what the agent’s program records', async () => {
    const steps = ['busy', 'busy', 'idle'].map(activity => at({ ...row, activity }));
    expect(await waiting(steps, { until: 'idle' })).toMatchObject({ code: 0, seconds: 2 });
  });

  it('times out with exit 1, and names the agent that has not reached the state', async () => {
    const { code, said } = await waiting([at(row)], { until: 'waiting', timeoutMs: 3000 });
    expect([code, said]).toEqual([1, 'vigil wait: timed out: a-1 not waiting yet']);
  });

  it('for an agent that does not exist is exit 3, and so is one that is gone before it is idle', async () => {
    expect((await waiting([at(row)], {}, ['nosuch'])).code).toBe(3);
    const { code, said } = await waiting([at(row), at()], { until: 'idle' });
    expect([code, said]).toEqual([3, 'vigil wait: a-1 is gone']);
  });

  it('waits for all targets, and reports them as JSON', async () => {
    const other = agentRow('b-2', 'working', { class: 'live' });
    const idle = (each: Row) => ({ ...each, activity: 'idle' });
    const { code, said } = await waiting(
      [at(idle(row), other), at(row, idle(other)), at(idle(row), idle(other))],
      { until: 'idle', json: true },
      ['a-1', 'b-2'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(said)).toMatchObject({
      schema: 'vigil.wait/1',
      ok: true,
      until: 'idle',
      targets: [{ target: row.key, class: 'live' }, { target: other.key }],
    });
  });
});
