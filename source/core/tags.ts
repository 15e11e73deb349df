/** Rows that the verbs act on together, by key. */
import { deployedBy } from './agent-tree.ts';
import type { Row } from './model.ts';

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
