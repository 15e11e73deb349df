/** A plan made again after deploys were undone stays within what the user was shown. */
import { expect, it } from 'vitest';
import { shownBefore } from '../../source/core/reconcile/reconcile-plan.ts';
import { reconcilePlan } from '../fixtures/reconcile-plan.ts';

const [place] = reconcilePlan.places;
if (place === undefined) throw new Error('the plan has no place');

it('keeps what was shown and leaves the rest for the next run', () => {
  const [shown] = place.changes;
  if (shown === undefined) throw new Error('the place has no change');
  const unseen = { ...shown, agentId: 'fixer-2' };
  const elsewhere = { ...place, taskFile: '/w/.agent-workspace/TASK-2/AGENT_REGISTRY.json' };
  const plan = {
    ...reconcilePlan,
    places: [{ ...place, changes: [shown, unseen] }, elsewhere],
  };
  const kept = shownBefore(plan, reconcilePlan).places.map(each => each.changes);
  expect(kept).toEqual([[shown], []]);
});
