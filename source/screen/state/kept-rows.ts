/** One row for an ending, from its yes to its outcome: when the session goes, what is left of it would be rows
 * of other names, and the row that a person watches would be gone while somebody of it lives. */

import { sums } from '../../core/inventory/draft.ts';
import { identityOf, type Row } from '../../core/model/model.ts';
import { labelOf } from '../../core/rows/describe.ts';
import type { Endings } from './endings.ts';

/** @param rows as they were read. @param before as they were shown.
 * @returns the rows with those that are being ended under the keys that they had. */
export function withKeptRows(
  rows: readonly Row[],
  before: readonly Row[],
  endings: Endings,
): readonly Row[] {
  if (endings.size === 0) return rows;
  const present = new Set(rows.map(row => row.key));
  const kept = before.filter(row => endings.has(row.key) && !present.has(row.key));
  if (kept.length === 0) return rows;
  const members = new Set(kept.flatMap(row => row.processes.map(identityOf)));
  const alive = new Map(
    rows
      .filter(({ mark }) => mark !== 'gone')
      .flatMap(row => row.processes.map(each => [identityOf(each), each] as const)),
  );
  const isPart = (row: Row) =>
    row.processes.length > 0 && row.processes.every(each => members.has(identityOf(each)));
  return [
    ...rows.filter(row => !isPart(row)),
    ...kept.map((row): Row => {
      const processes = row.processes.flatMap(each => {
        const now = alive.get(identityOf(each));
        return now === undefined ? [] : [{ ...each, ...now, role: each.role, reason: each.reason }];
      });
      return {
        ...row,
        previousLabel: row.previousLabel ?? labelOf(row),
        processes,
        ...sums(processes),
      };
    }),
  ];
}
