/** Which agent was deployed by which, among rows: by id within one workspace. What an agent left behind
 * is of no workspace, and goes by the id alone. Pure. */
import { addTo, groupBy } from '../model/group-by.ts';
import type { Row } from '../model/model.ts';

/** @returns the row of the agent that deployed each row's agent, where it is among the rows. An id
 * that several tasks have is the one of the same task, or of the only task that has it; where that
 * leaves a choice, nobody is claimed. */
export function deployersOf(rows: readonly Row[]): ReadonlyMap<Row, Row> {
  const agents = rows.filter(row => row.agentId !== undefined && row.class !== 'zombie');
  const byId = groupBy(agents, row => row.agentId);
  const deployers = new Map<Row, Row>();
  for (const row of rows) {
    if (row.parent === undefined || row.parent === row.agentId) continue;
    const isNear = ({ workspace }: Row) =>
      row.workspace === undefined || workspace === row.workspace;
    const named = (byId.get(row.parent) ?? []).filter(isNear);
    const deployer =
      named.find(each => each.task === row.task) ?? (named.length === 1 ? named[0] : undefined);
    if (deployer !== undefined) deployers.set(row, deployer);
  }
  return deployers;
}

/** Rows by the row that deployed them, each list in the order of `rows`. */
export function deployedBy(rows: readonly Row[]): ReadonlyMap<Row, readonly Row[]> {
  const deployed = new Map<Row, Row[]>();
  for (const [row, deployer] of deployersOf(rows)) addTo(deployed, deployer, row);
  return deployed;
}
