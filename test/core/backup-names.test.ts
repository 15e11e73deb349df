import { expect, it } from 'vitest';
import { keptBackups } from '../../source/core/registry/backup-names.ts';

const at = (day: number, hour: number) =>
  `2026-11-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}-00-00.000Z-reconcile`;

it('keeps the last ten backups, and the last of each of seven days', () => {
  const names = Array.from({ length: 20 }, (_, day) =>
    [1, 12, 23].map(hour => at(day + 1, hour)),
  ).flat();
  const kept = keptBackups(names);
  const lastTen = names.slice(-10);
  const lastOfDays = Array.from({ length: 7 }, (_, day) => at(20 - day, 23));
  expect(new Set(kept)).toEqual(new Set([...lastTen, ...lastOfDays]));
});

it('keeps files that a user put there', () => {
  expect(keptBackups(['before-the-move', '.making-x', at(1, 1)])).toHaveLength(3);
});
