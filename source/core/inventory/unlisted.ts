/** Agent sessions that no registry could record, because no workspace is known. They are `orphan` by
 * definition but may well be in use: they count as working, and no bulk command ends them. */
import type { Row } from '../model/model.ts';

/** @param workspaces of the row's poll. */
export function isUnlisted(row: Row, workspaces: readonly string[]): boolean {
  return row.class === 'orphan' && row.session !== undefined && workspaces.length === 0;
}

export const unlistedReason = {
  kind: 'unlisted',
  text: 'no workspace found that could record it; name the target, or its workspace with -w',
} as const;
