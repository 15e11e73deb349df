/** How plans begin: what they will do, and what they will not. */
import { expect, it } from 'vitest';
import { dialogLines } from '../../source/components/dialog-lines.ts';
import type { Dialog } from '../../source/screen/state/dialog.ts';
import { sweepPlanLines } from '../../source/text/sweep-lines.ts';
import { endPlan, endTarget, sweepPlan } from '../fixtures/end-plan.ts';

const textOf = (lines: ReturnType<typeof dialogLines>) =>
  lines.map(line => line.map(({ text }) => text).join(''));

it('the title of a plan tells how many targets are refused', () => {
  const refused = { ...endTarget, refused: { kind: 'unread', text: 'unread' } } as const;
  const titleOf = (...targets: readonly (typeof endTarget | typeof refused)[]) => {
    const dialog: Dialog = { kind: 'end', plan: { ...endPlan, targets }, force: false };
    return textOf(dialogLines(dialog, true, 'unicode'))[0]?.trim();
  };
  expect(titleOf(endTarget, endTarget)).toBe('End gracefully: 2 targets');
  expect(titleOf(endTarget, refused, refused)).toBe('End gracefully: 1 of 3 targets, 2 refused');
  expect(titleOf(refused)).toBe('End gracefully: 0 of 1 target, 1 refused');
});

it('the plan of a shutdown tells what its reconcile will close', () => {
  const empty = { ...sweepPlan, end: { ...endPlan, targets: [] }, files: [], deploys: [] };
  expect(textOf(sweepPlanLines(empty, 'unicode'))).toEqual(['no leftovers']);
  expect(textOf(sweepPlanLines({ ...empty, deadEntries: 46 }, 'unicode'))).toEqual([
    'reconcile: close 46 dead entries',
  ]);
});
