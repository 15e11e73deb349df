/** Which agent was deployed by which, among rows: by id within one workspace. What an agent left behind
 * is of no workspace, and goes by the id alone. Pure. */
import type { Row } from './model.ts';

/** @returns the row of the agent that deployed each row's agent, where it is among the rows. An id
 * that several tasks have is the one of the same task, or of the only task that has it; where that
 * leaves a choice, nobody is claimed. */
export function deployersOf(rows: readonly Row[]): ReadonlyMap<Row, Row> {
  const byId = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.agentId === undefined || row.class === 'zombie') continue;
    const known = byId.get(row.agentId);
    if (known === undefined) byId.set(row.agentId, [row]);
    else known.push(row);
  }
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
  for (const [row, deployer] of deployersOf(rows)) {
    const siblings = deployed.get(deployer);
    if (siblings === undefined) deployed.set(deployer, [row]);
    else siblings.push(row);
  }
  return deployed;
}
