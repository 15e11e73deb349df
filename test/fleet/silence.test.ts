/** When a machine is told as silent: by the clock, whenever timers end. */
import { afterEach, expect, it } from 'vitest';
import type { HostState } from '../../source/fleet/host-state.ts';
import { createFleet } from '../../source/fleet/ssh/create-fleet.ts';
import { clock } from '../../source/host/run/system-clock.ts';
import { farDocument, host } from '../core/fleet/far-document.ts';
import { eventually } from '../helpers/eventually.ts';

let close = () => {};
afterEach(() => close());

it('is told after three intervals although every timer ends early', async () => {
  const once = `printf '%s\\n' '${JSON.stringify(farDocument())}'; exec sleep 1000`;
  // Half as fast as the timers.
  const steadyNow = () => performance.now() / 2;
  const fleet = createFleet({
    hosts: [{ ...host('local'), at: 'local' }],
    ...{ words: [], intervalMs: 100, env: process.env, home: '/nonexistent' },
    self: ['sh', '-c', once, 'sh'],
    clock: { ...clock, steadyNow },
  });
  close = () => fleet.close();
  let state: HostState | undefined;
  let heardAt = 0;
  fleet.subscribe(([now]) => {
    state = now;
    if (now?.contact.kind === 'heard') heardAt ||= steadyNow();
  });
  await eventually('it is silent', () => state?.contact.kind === 'silent');
  expect(state?.isStale).toBe(true);
  expect(steadyNow() - heardAt).toBeGreaterThanOrEqual(300);
});
