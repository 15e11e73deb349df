/** Rows that the verbs act on together, by key. */

import type { Row, Snapshot } from '../../core/model/model.ts';
import { deployedBy } from '../../core/rows/tree.ts';
import { isSilent } from './marks.ts';

/** The row's agent and every agent it deployed, directly or indirectly, shown or not. Ended agents are
 * traversed but skipped: they cannot be acted on. */
export function familyOf(rows: readonly Row[], top: Row): readonly Row[] {
  const deployed = deployedBy(rows);
  const family = new Set([top]);
  // Handles agents that name each other as parents: the set grows while it is walked.
  for (const row of family) for (const child of deployed.get(row) ?? []) family.add(child);
  return [...family].filter(row => row === top || row.class !== 'ended');
}

/** Tags all of them; removes the tags if all have one. */
export function toggled(tagged: ReadonlySet<string>, rows: readonly Row[]): ReadonlySet<string> {
  const keys = rows.map(({ key }) => key);
  const isAll = keys.every(key => tagged.has(key));
  return new Set(isAll ? [...tagged].filter(key => !keys.includes(key)) : [...tagged, ...keys]);
}

/** Drops tags of rows that are gone: another session may reuse the name later. An unreadable source drops
 * none.
 * @param shown the rows on the screen, including those just gone. */
export function stillTagged(
  tagged: ReadonlySet<string>,
  snapshot: Snapshot,
  shown: readonly Row[],
): ReadonlySet<string> {
  if (tagged.size === 0 || isSilent(snapshot)) return tagged;
  return new Set(shown.map(({ key }) => key).filter(key => tagged.has(key)));
}
