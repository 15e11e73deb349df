/** Messages of the screen after a sweep or a shutdown. */
import { expect, it } from 'vitest';
import type { Dialog } from '../source/screen/state/dialog.ts';
import { shutdownReport, sweepPlan, sweepReport } from './fixtures/end-plan.ts';
import { screenWorld, unexpected } from './fixtures/screen-world.ts';
import { snapshotOf } from './fixtures/snapshot.ts';

const clock = { now: () => 0, steadyNow: () => 0, sleep: unexpected, yieldToEventLoop: unexpected };
const tools: Parameters<typeof screenWorld>[0] = {
  reconciler: { preview: unexpected, apply: unexpected, deadEntries: unexpected },
  ender: {
    ...{ plan: unexpected, planSupervisors: unexpected, run: unexpected },
    ...{ freeze: unexpected, planSignal: unexpected, signal: unexpected, escalateNow: unexpected },
    ...{ clock, readOnlyReason: undefined },
  },
  cleaner: {
    preview: unexpected,
    sweep: async () => sweepReport,
    shutdown: async () => ({ kind: 'report', plan: sweepPlan, report: shutdownReport }),
  },
};

/** @returns the state after this dialog was confirmed and its work is done. */
async function stateAfter(dialog: Dialog) {
  const world = screenWorld(tools);
  world.apply({ kind: 'polled', snapshot: snapshotOf() });
  world.apply({ kind: 'opened', dialog });
  world.apply({ kind: 'armed', dialog });
  world.apply({ kind: 'requested', action: { kind: 'confirm' } });
  await world.finish();
  return world.state();
}

const trouble = 'the log cannot be written: no space left on the device';

it('a sweep reports an unwritable log', async () => {
  const { notice, mode } = await stateAfter({ kind: 'sweep', plan: sweepPlan });
  expect(notice).toEqual({ text: `sweep: done, ${trouble}`, mood: 'good' });
  expect(mode).toMatchObject({ kind: 'dialog', dialog: { kind: 'swept' } });
});

it('a shutdown reports it too', async () => {
  const { notice, mode } = await stateAfter({
    kind: 'shutdown',
    plan: sweepPlan,
    typed: 'shutdown',
  });
  expect(notice).toEqual({ text: `shutdown: incomplete, ${trouble}`, mood: 'bad' });
  expect(mode).toMatchObject({ kind: 'dialog', dialog: { kind: 'shut down' } });
});
