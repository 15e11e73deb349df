/** The rows as the screen shows them: with terminations, new and gone marks, and growth. */
import { sums } from '../../core/inventory/draft.ts';
import { totalsOf } from '../../core/inventory/totals.ts';
import { identityOf, type ProcessRef, type Row, type Snapshot } from '../../core/model/model.ts';
import { labelOf } from '../../core/rows/describe.ts';
import { isEnding } from '../../core/termination/progress.ts';
import { withCursor } from './cursor.ts';
import { type Endings, withEndings } from './endings.ts';
import { withGrowth } from './growth.ts';
import { withMarks } from './marks.ts';
import type { State } from './state.ts';
import { withTrends } from './trends.ts';

export function withShownRows(state: State): State {
  const { read, endings, marks, histories, trends } = state;
  if (read === undefined) return withCursor(state);
  const grown = withGrowth(withTrends(read.rows, trends), histories, read);
  const before = state.snapshot?.rows ?? [];
  const kept = withKeptRows(withMarks(grown, marks), before, endings);
  const rows = withKeptPlaces(withEndings(kept, endings), before, endings);
  const totals = endings.size === 0 ? read.totals : totalsBeside(rows, endings, read);
  return withCursor({ ...state, snapshot: { ...read, rows, totals } });
}

/** The counts without rows that are being ended, or just were: what they are meanwhile is no ghost. */
function totalsBeside(rows: readonly Row[], endings: Endings, read: Snapshot): Snapshot['totals'] {
  const counted = rows.filter(row => row.mark !== 'gone' && !isEnding(endings.get(row.key)));
  const { cpuPercent, rssBytes, reclaimableBytes } = read.totals;
  return { ...totalsOf(counted, read.workspaces), cpuPercent, rssBytes, reclaimableBytes };
}

/** What an ended row no longer uses would move it to the end of the table while it is watched. */
function withKeptPlaces(
  rows: readonly Row[],
  before: readonly Row[],
  endings: Endings,
): readonly Row[] {
  if (endings.size === 0) return rows;
  const earlier = new Map(before.map(row => [row.key, row.sortedAs ?? row]));
  return rows.map(row => (endings.has(row.key) ? { ...row, sortedAs: earlier.get(row.key) } : row));
}

/** One row per termination, from its confirmation to its outcome: when the session goes, the remaining
 * processes would become rows with other keys, and the row the user watches would disappear while members are
 * alive.
 * @param rows as polled.
 * @param before as shown.
 * @returns the rows, with those being terminated under their previous keys. */
export function withKeptRows(
  rows: readonly Row[],
  before: readonly Row[],
  endings: Endings,
): readonly Row[] {
  if (endings.size === 0) return rows;
  const present = new Set(rows.map(row => row.key));
  const kept = before.filter(row => endings.has(row.key) && !present.has(row.key));
  if (kept.length === 0) return rows;
  const memberOf = (row: Row, each: ProcessRef) => `${row.far?.host} ${identityOf(each)}`;
  const members = new Set(kept.flatMap(row => row.processes.map(each => memberOf(row, each))));
  const alive = new Map(
    rows
      .filter(({ mark }) => mark !== 'gone')
      .flatMap(row => row.processes.map(each => [memberOf(row, each), each] as const)),
  );
  // Two machines may have processes with one identity.
  const isPart = (row: Row) =>
    row.processes.length > 0 && row.processes.every(each => members.has(memberOf(row, each)));
  return [
    ...rows.filter(row => !isPart(row)),
    ...kept.map((row): Row => {
      const processes = row.processes.flatMap(each => {
        const now = alive.get(memberOf(row, each));
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
