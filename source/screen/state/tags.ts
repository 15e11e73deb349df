/** Rows that the verbs act on together, by key. */

import type { Row, Snapshot } from '../../core/model/model.ts';
import { deployedBy } from '../../core/rows/agent-tree.ts';

/** The row's agent and every agent deployed by it or below it, shown or not. What has ended is gone
 * through but left out: there is nothing of it to act on. */
export function familyOf(rows: readonly Row[], top: Row): readonly Row[] {
  const deployed = deployedBy(rows);
  const family = new Set([top]);
  // Also where agents name each other as parents: a set that grows while it is walked.
  for (const row of family) for (const child of deployed.get(row) ?? []) family.add(child);
  return [...family].filter(row => row === top || row.class !== 'ended');
}

/** Tags all of them; takes the tags away where all have one. */
export function toggled(tagged: ReadonlySet<string>, keys: readonly string[]): ReadonlySet<string> {
  const next = new Set(tagged);
  const isAll = keys.every(key => tagged.has(key));
  for (const key of keys) {
    if (isAll) next.delete(key);
    else next.add(key);
  }
  return next;
}

/** Without those whose row is not there any more: another session may have its name tomorrow. A silent
 * source makes nobody go.
 * @param shown the rows that the screen has, with those that have just gone. */
export function stillTagged(
  tagged: ReadonlySet<string>,
  { problems }: Snapshot,
  shown: readonly Row[],
): ReadonlySet<string> {
  if (tagged.size === 0 || problems.some(problem => problem.unread)) return tagged;
  const there = new Set(shown.map(row => row.key));
  const left = [...tagged].filter(key => there.has(key));
  return left.length === tagged.size ? tagged : new Set(left);
}
