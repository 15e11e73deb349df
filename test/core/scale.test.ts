/** The largest accepted inputs must not block the screen: one poll is judged in about a second. */

import { expect, it } from 'vitest';
import type { Inventory } from '../../source/core/model/model.ts';
import { calibrationMs, cpuMs } from '../helpers/cpu.ts';
import {
  entry,
  inventory,
  judge,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

/** Times the calibration: several times what is needed. */
const most = 12;
/** Once for all: the first use of a function is slower. */
const unitMs = Math.max(calibrationMs(), calibrationMs());
const times = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));

function timed(given: Inventory) {
  const started = cpuMs();
  const { snapshot } = judge(given);
  return { ...snapshot, judgedMs: cpuMs() - started };
}

it('ten thousand ghosts beside a thousand processes', () => {
  const given = inventory({
    processes: times(1000, at => process(10_000 + at, 4999, 'bash')),
    registries: [
      registry(
        'task',
        times(10_000, at => entry(`a-${at}`, 'working')),
      ),
    ],
  });
  const { totals, judgedMs } = timed(given);
  expect(totals.ghost).toBe(10_000);
  expect(judgedMs / unitMs).toBeLessThan(most);
});

it('a thousand live agents, each in a session of its own', () => {
  const given = inventory({
    processes: times(1000, at => process(10_000 + at, serverPid, 'claude')),
    panes: times(1000, at => pane(`agent_a-${at}`, 10_000 + at)),
    registries: [
      registry(
        'task',
        times(1000, at => entry(`a-${at}`, 'working')),
      ),
    ],
  });
  const { totals, judgedMs } = timed(given);
  expect(totals.live).toBe(1000);
  expect(judgedMs / unitMs).toBeLessThan(most);
});

it('three thousand entries that all name one session', () => {
  const given = inventory({
    processes: [process(10_000, serverPid, 'claude')],
    panes: [pane('agent_x', 10_000)],
    registries: [
      registry(
        'task',
        times(3000, at => entry(`a-${at}`, 'working', { session: 'agent_x' })),
      ),
    ],
  });
  const { rows, judgedMs } = timed(given);
  expect(rows).toHaveLength(3000);
  expect(judgedMs / unitMs).toBeLessThan(most);
});

it('a chain of four thousand processes, each the parent of the next', () => {
  const given = inventory({
    processes: times(4000, at => process(10_000 + at, at === 0 ? 1 : 9999 + at, 'claude')),
  });
  const { rows, judgedMs } = timed(given);
  expect(rows).toHaveLength(1);
  expect(judgedMs / unitMs).toBeLessThan(most);
});

it('two thousand leftover servers', () => {
  const given = inventory({
    processes: times(2000, at => process(10_000 + at, 1, 'node /x/mcp-server', { sid: 5 })),
  });
  const { totals, judgedMs } = timed(given);
  expect(totals.orphan).toBe(2000);
  expect(judgedMs / unitMs).toBeLessThan(most);
});
