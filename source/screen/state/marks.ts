/** Rows that have just appeared or gone: marked for one interval, as in htop, so that no change goes
 * unnoticed. */

import type { Row, Snapshot } from '../../core/model/model.ts';
import type { Endings } from './endings.ts';

export type Mark = {
  readonly kind: 'new' | 'gone';
  /** Epoch milliseconds. */
  readonly since: number;
  /** Of a row that is gone: its last version. */
  readonly last?: Row;
};

export type Marks = ReadonlyMap<string, Mark>;

/** @param before snapshot of the previous poll, as read.
 * @param marks of earlier polls.
 * @param intervalMs how long a mark stays.
 * @param endings running terminations, and those finished a moment ago.
 * @param shown keys of the rows on the screen: no other row can go from it.
 * @returns the marks of this poll. */
export function nextMarks(
  before: Snapshot | undefined,
  now: Snapshot,
  marks: Marks,
  intervalMs: number,
  endings: Endings,
  shown: ReadonlySet<string>,
): Marks {
  // On the first poll nothing is new, and an unreadable source makes no row appear or go.
  if (before === undefined || isSilent(before) || isSilent(now)) return new Map();
  const next = new Map<string, Mark>();
  const present = rowsByKey(now);
  const past = rowsByKey(before);
  for (const [key, mark] of marks) {
    const isOver = now.takenAt - mark.since >= intervalMs;
    if (!isOver && present.has(key) === (mark.kind === 'new')) next.set(key, mark);
  }
  for (const key of present.keys())
    if (!past.has(key) && !next.has(key)) next.set(key, { kind: 'new', since: now.takenAt });
  // A terminating row stays until its outcome was shown.
  for (const [key, last] of past)
    if (!present.has(key) && !endings.has(key) && shown.has(key))
      next.set(key, { kind: 'gone', since: now.takenAt, last });
  return next;
}

/** The rows with their marks; a gone row in its last version. */
export function withMarks(rows: readonly Row[], marks: Marks): readonly Row[] {
  if (marks.size === 0) return rows;
  const kept = rows.filter(row => marks.get(row.key)?.kind !== 'gone');
  const marked = kept.map((row): Row => (marks.has(row.key) ? { ...row, mark: 'new' } : row));
  const gone = [...marks.values()].flatMap(({ last }): Row[] =>
    last === undefined ? [] : [{ ...last, escalation: undefined, mark: 'gone' }],
  );
  return [...marked, ...gone];
}

/** Ended rows do not count as present, even if their entry stays. */
function rowsByKey(snapshot: Snapshot): ReadonlyMap<string, Row> {
  const there = snapshot.rows.filter(row => row.class !== 'ended');
  return new Map(there.map(row => [row.key, row]));
}

function isSilent({ problems }: Snapshot): boolean {
  return problems.some(problem => problem.unread);
}
