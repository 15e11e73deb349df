/** Rows that have just come, and rows that have just gone: marked for one interval, as htop does, so that
 * nothing appears or vanishes unseen. */

import type { Row, Snapshot } from '../../core/model/model.ts';
import type { Endings } from './endings.ts';

export type Mark = {
  readonly kind: 'new' | 'gone';
  /** Epoch milliseconds. */
  readonly since: number;
  /** Of a row that has gone: as it was seen last. */
  readonly last?: Row;
};

export type Marks = ReadonlyMap<string, Mark>;

/** @param before the snapshot of the look before, as it was read. @param marks of the looks before.
 * @param intervalMs how long a mark stays. @param endings under way, and over for a short while.
 * @param shown keys of the rows that the screen has: nothing else can go from it. @returns the marks of this look. */
export function nextMarks(
  before: Snapshot | undefined,
  now: Snapshot,
  marks: Marks,
  intervalMs: number,
  endings: Endings,
  shown: ReadonlySet<string>,
): Marks {
  // Of the first look nothing is new, and a source that was silent makes nobody come or go.
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
  // What is being ended keeps its row until its outcome was shown.
  for (const [key, last] of past)
    if (!present.has(key) && !endings.has(key) && shown.has(key))
      next.set(key, { kind: 'gone', since: now.takenAt, last });
  return next;
}

/** The rows with their marks; of what has gone the row as it was seen last. */
export function withMarks(rows: readonly Row[], marks: Marks): readonly Row[] {
  if (marks.size === 0) return rows;
  const kept = rows.filter(row => marks.get(row.key)?.kind !== 'gone');
  const marked = kept.map((row): Row => (marks.has(row.key) ? { ...row, mark: 'new' } : row));
  const gone = [...marks.values()].flatMap(({ last }): Row[] =>
    last === undefined ? [] : [{ ...last, escalation: undefined, mark: 'gone' }],
  );
  return [...marked, ...gone];
}

/** What is over is not among those that are there, also where its entry stays. */
function rowsByKey(snapshot: Snapshot): ReadonlyMap<string, Row> {
  const there = snapshot.rows.filter(row => row.class !== 'ended');
  return new Map(there.map(row => [row.key, row]));
}

function isSilent({ problems }: Snapshot): boolean {
  return problems.some(problem => problem.unread);
}
