/** Tabs combined with --class. */
import { expect, it } from 'vitest';

import type { RowClass } from '../../source/core/model/model.ts';
import { rowsOf, type Tab } from '../../source/screen/state/tabs.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { snapshotOf } from '../fixtures/snapshot.ts';

function classesOn(tab: Tab, classes?: readonly RowClass[]) {
  const placed = rowsOf(snapshotOf(), { ...defaultView, classes }, tab);
  return [...new Set(placed.map(({ row }) => row.class))].sort();
}

it('a tab shows its classes', () => {
  expect(classesOn('Ghosts')).toEqual(['ghost']);
  expect(classesOn('Orphans')).toEqual(['orphan', 'zombie']);
  expect(classesOn('Hosts')).toEqual(['host']);
});

it('each tab shows its own part of the chosen classes', () => {
  const chosen: readonly RowClass[] = ['live', 'ghost'];
  expect(classesOn('All', chosen)).toEqual(['ghost', 'live']);
  expect(classesOn('Agents', chosen)).toEqual(['live']);
  expect(classesOn('Ghosts', chosen)).toEqual(['ghost']);
  expect(classesOn('Orphans', chosen)).toEqual([]);
});
