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

type Before = {
  /** The previous poll, as read and as shown: a row that was not shown cannot go. */
  readonly read?: Snapshot;
  readonly snapshot?: Snapshot;
  readonly marks: Marks;
  /** How long a mark stays. */
  readonly intervalMs: number;
  /** Of rows that were there before and could not be seen. */
  readonly isFirst?: (row: Row) => boolean;
};

/** @param endings running terminations, and those finished a moment ago. @returns the marks of this poll. */
export function nextMarks(
  { read, snapshot, marks, intervalMs, isFirst }: Before,
  now: Snapshot,
  endings: Endings,
): Marks {
  // On the first poll nothing is new, and an unreadable source makes no row appear or go.
  if (read === undefined || isSilent(read) || isSilent(now)) return new Map();
  const since = now.takenAt;
  const present = rowsByKey(now);
  const past = rowsByKey(read);
  const next = new Map<string, Mark>(
    [...marks].filter(
      ([key, mark]) =>
        since - mark.since < intervalMs && present.has(key) === (mark.kind === 'new'),
    ),
  );
  for (const [key, row] of present)
    if (!past.has(key) && !next.has(key) && isFirst?.(row) !== true)
      next.set(key, { kind: 'new', since });
  const shown = new Set(snapshot?.rows.map(row => row.key));
  // A terminating row stays until its outcome was shown.
  for (const [key, last] of past)
    if (!present.has(key) && !endings.has(key) && shown.has(key))
      next.set(key, { kind: 'gone', since, last });
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

/** A source could not be read. */
export function isSilent({ problems }: Snapshot): boolean {
  return problems.some(problem => problem.unread);
}
