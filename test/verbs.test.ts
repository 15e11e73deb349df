/** What the screen says when a sweep or a shutdown is over. */
import { expect, it } from 'vitest';
import type { Dialog } from '../source/core/dialog.ts';
import type { Event } from '../source/core/events.ts';
import { reduce } from '../source/core/reduce.ts';
import { initialState } from '../source/core/state.ts';
import { createVerbs, type VerbsOptions } from '../source/verbs.ts';
import { shutdownReport, sweepPlan, sweepReport } from './fixtures/end-plan.ts';
import { defaultView } from './fixtures/nothing.ts';
import { snapshotOf } from './fixtures/snapshot.ts';

const unexpected = () => {
  throw new Error('this was not asked for');
};
const clock = { now: () => 0, steadyNow: () => 0, sleep: unexpected, yieldToEventLoop: unexpected };
const parts: Pick<VerbsOptions, 'reconciler' | 'ender' | 'cleaner'> = {
  reconciler: { survey: unexpected, apply: unexpected, check: unexpected },
  ender: { plan: unexpected, run: unexpected, freeze: unexpected, hurry: unexpected, clock },
  cleaner: {
    survey: unexpected,
    sweep: async () => sweepReport,
    shutdown: async () => ({ kind: 'report', plan: sweepPlan, report: shutdownReport }),
  },
};

/** @returns what is said in the header once the yes to this dialog is done. */
async function noticeAfter(dialog: Dialog): Promise<string | undefined> {
  let state = initialState(defaultView, 2000, false);
  const tell = (event: Event) => {
    state = reduce(state, event);
  };
  tell({ kind: 'looked', snapshot: snapshotOf() });
  tell({ kind: 'opened', dialog });
  const verbs = createVerbs({
    ...parts,
    state: () => state,
    tell,
    changed: () => undefined,
    quit: unexpected,
    hold: work => work,
  });
  tell({ kind: 'armed', dialog });
  const before = state;
  const action = { kind: 'confirm' } as const;
  tell({ kind: 'requested', action, overlayLines: 100 });
  verbs.follow(action, before);
  await verbs.finish(false);
  return state.notice;
}

const trouble = 'the log cannot be written: no space left on the device';

it('a sweep tells what could not be written down', async () => {
  const notice = await noticeAfter({ kind: 'sweep', plan: sweepPlan });
  expect(notice).toBe(`sweep: done, ${trouble}`);
});

it('a shutdown does too', async () => {
  const notice = await noticeAfter({ kind: 'shutdown', plan: sweepPlan, typed: 'shutdown' });
  expect(notice).toBe(`shutdown: incomplete, ${trouble}`);
});
