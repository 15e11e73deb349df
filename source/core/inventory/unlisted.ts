/** Agent sessions that nothing could have on record: no workspace is known here. They are `orphan` by the letter,
 * and may well be somebody's work: they count as working, and no bulk command ends them. */
import type { Row } from '../model/model.ts';

/** @param workspaces that the row's look had. */
export function isUnlisted(row: Row, workspaces: readonly string[]): boolean {
  return row.class === 'orphan' && row.session !== undefined && workspaces.length === 0;
}

export const unlistedReason = {
  kind: 'unlisted',
  text: 'no workspace found that could record it; name the target, or its workspace with -w',
} as const;
