/** What reconcile does not fix is named as on the screen. */
import { expect, it } from 'vitest';
import { findingsOf } from '../../source/core/reconcile/findings.ts';
import { nameOf } from '../../source/core/rows/describe.ts';
import { rows, snapshotOf } from '../fixtures/snapshot.ts';

it('names leftovers by their id, session or pid and command, not by a key', () => {
  const leftovers = rows.filter(row => ['undead', 'husk', 'orphan'].includes(row.class));
  const said = findingsOf([], snapshotOf()).map(({ says }) => says.replace(/: .*/, ''));
  expect(said).toEqual(leftovers.map(row => `${row.class} ${nameOf(row)}`));
  expect(said.join('\n')).toMatch(/^orphan pid \d+ \S/m);
});
