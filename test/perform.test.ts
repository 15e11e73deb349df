/** Messages of the screen after a sweep, a shutdown or a rescue. */
import { describe, expect, it } from 'vitest';
import type { RescuePlan } from '../source/core/lifecycle/rescue.ts';
import type { LostServer } from '../source/core/model/model.ts';
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

describe('the rescue of tmux servers', () => {
  const server = { pid: 4000, start: '1', path: '/tmp/tmux-0/default', isTaken: false };
  const worldWith = (servers: readonly LostServer[], isReadOnly = false) => {
    const asked: RescuePlan[] = [];
    const world = screenWorld({
      ...tools,
      ender: { ...tools.ender, readOnlyReason: isReadOnly ? 'no /proc' : undefined },
      rescuer: {
        plan: () => ({ servers, taken: [] }),
        run: async plan => {
          asked.push(plan);
          return [{ server, done: { ok: true, value: true } }];
        },
      },
    });
    world.apply({ kind: 'polled', snapshot: snapshotOf() });
    world.apply({ kind: 'requested', action: { kind: 'rescue' } });
    return { ...world, asked };
  };
  const confirmed = async ({ state, apply, finish }: ReturnType<typeof worldWith>) => {
    const { mode } = state();
    if (mode.kind === 'dialog') apply({ kind: 'armed', dialog: mode.dialog });
    apply({ kind: 'requested', action: { kind: 'confirm' } });
    await finish();
  };

  it('is asked for, done once, and says where the server answers', async () => {
    const world = worldWith([server]);
    expect([world.state().mode, world.asked]).toMatchObject([
      { kind: 'dialog', dialog: { kind: 'rescue' } },
      [],
    ]);
    await confirmed(world);
    expect(world.asked).toEqual([{ servers: [server], taken: [] }]);
    expect(world.state()).toMatchObject({
      mode: { kind: 'table' },
      notice: { text: 'tmux server 4000 answers on /tmp/tmux-0/default', mood: 'good' },
    });
  });

  it('does nothing without such a server, or where nothing may be changed', async () => {
    for (const world of [worldWith([]), worldWith([server], true)]) {
      await confirmed(world);
      expect(world.asked).toEqual([]);
    }
  });
});
