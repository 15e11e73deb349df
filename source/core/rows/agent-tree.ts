/** Which agent deployed which, among rows: by id within one workspace. Leftovers have no workspace and match
 * by id alone. Pure. */
import { addTo, groupBy } from '../model/group-by.ts';
import type { Row } from '../model/model.ts';

/** @returns each row's deployer, if it is among the rows. An id used in several tasks means the one in the
 * same task, or the only task that has it; an ambiguous id matches none. */
export function deployersOf(rows: readonly Row[]): ReadonlyMap<Row, Row> {
  const agents = rows.filter(row => row.agentId !== undefined && row.class !== 'zombie');
  const byId = groupBy(agents, row => row.agentId);
  const deployers = new Map<Row, Row>();
  for (const row of rows) {
    if (row.parent === undefined || row.parent === row.agentId) continue;
    const isNear = ({ workspace }: Row) =>
      row.workspace === undefined || workspace === row.workspace;
    const candidates = (byId.get(row.parent) ?? []).filter(isNear);
    const deployer =
      candidates.find(each => each.task === row.task) ??
      (candidates.length === 1 ? candidates[0] : undefined);
    if (deployer !== undefined) deployers.set(row, deployer);
  }
  return deployers;
}

/** Rows by their deployer, each list in the order of `rows`. */
export function deployedBy(rows: readonly Row[]): ReadonlyMap<Row, readonly Row[]> {
  const deployed = new Map<Row, Row[]>();
  for (const [row, deployer] of deployersOf(rows)) addTo(deployed, deployer, row);
  return deployed;
}
