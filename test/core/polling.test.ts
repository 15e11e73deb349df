/** The screen's polls, with a simulated monitor. */
import { expect, it } from 'vitest';
import type { Snapshot } from '../../source/core/model/model.ts';
import { createPolling } from '../../source/screen/polling.ts';
import { unexpected } from '../fixtures/screen-world.ts';
import { snapshotOf } from '../fixtures/snapshot.ts';

/** @param times of the polls. */
function world(times: number[], filter: () => string) {
  const shown: number[] = [];
  const withoutPorts: (() => void)[] = [];
  const polling = createPolling({
    monitor: {
      poll: async () => ({ ...snapshotOf(), takenAt: times.shift() ?? 0 }),
      withPorts: snapshot =>
        new Promise<Snapshot>(resolve => withoutPorts.push(() => resolve(snapshot))),
      run: unexpected,
    },
    reconciler: { deadEntries: () => 0 },
    guardStatus: { read: () => undefined },
    clock: { yieldToEventLoop: async () => undefined },
    pace: unexpected,
    view: () => ({ filter: filter() }),
    apply(event) {
      if (event.kind === 'polled') shown.push(event.snapshot.takenAt);
    },
    draw: () => undefined,
  });
  return { polling, shown, withoutPorts };
}

const settled = () => new Promise(setImmediate);

it('a poll that still reads its ports does not replace a newer one', async () => {
  let filter = 'port:3000';
  const { polling, shown, withoutPorts } = world([1000, 2000, 500], () => filter);
  polling.poll();
  await settled();
  filter = '';
  polling.poll();
  await settled();
  expect([shown, withoutPorts.length]).toEqual([[2000], 1]);
  withoutPorts[0]?.();
  await settled();
  polling.poll();
  await settled();
  // The clock may be set back.
  expect(shown).toEqual([2000, 500]);
});
