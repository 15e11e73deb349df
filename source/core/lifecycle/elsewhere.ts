/** What belongs to another orchestrator or user, so that bulk commands refuse it. */

import type { Monitor } from '../inventory/monitor.ts';
import type { AgentEntry, Row } from '../model/model.ts';
import type { Registries } from '../ports/registries.ts';
import { agentSession } from '../registry/agent-names.ts';
import { recordedStatus } from '../registry/merge.ts';
import type { Refusal } from '../termination/refusal.ts';

const bulkClasses: ReadonlySet<string> = new Set(['orphan', 'undead', 'husk', 'unknown']);

/** Rows that another workspace's registry lists belong to that orchestrator. Checked for rows that our registries do
 * not list or list as finished, and for live ones whose directory no poll could read: reads the registries of the workspaces around their processes, and around the
 * repositories of the git worktrees that they work in.
 * @returns refusals by row key. */
export async function recordedElsewhere(
  registries: Pick<Registries, 'readAround'>,
  rows: readonly Row[],
  known: readonly string[],
): Promise<ReadonlyMap<string, Refusal>> {
  const candidates = rows.filter(
    row => bulkClasses.has(row.class) || (row.class === 'live' && row.cwd === undefined),
  );
  const processes = candidates.flatMap(row => row.processes);
  if (processes.length === 0) return new Map();
  const around = await registries.readAround(processes, known);
  const reasons = new Map<string, Refusal>();
  for (const { workspace, path, reading } of around) {
    const text = reading.ok
      ? `recorded in ${workspace} (use -w)`
      : `${path} may record it, but cannot be read: ${reading.reason}`;
    for (const row of candidates)
      if (!reading.ok || reading.value.entries.some(entry => isEntryOf(entry, row)))
        reasons.set(row.key, { kind: 'elsewhere', text });
  }
  return reasons;
}

/** For a row that our registry lists as finished, only an active entry elsewhere counts. */
function isEntryOf({ id, session, status }: AgentEntry, row: Row): boolean {
  if (row.agentId !== undefined && recordedStatus(status) !== 'active') return false;
  const name = row.session?.name;
  if (name !== undefined && (name === session || name === agentSession(id))) return true;
  return id === row.parent || (row.agentId !== undefined && id === row.agentId);
}

/** A workspace that was found, not named, may have been planted by another user: vigil shows it and changes
 * nothing in it. One that was found beside others does not hold these back.
 * @returns why bulk commands and registry changes are refused, or `undefined` if they are allowed. */
export function foreignWorkspace(monitor: Monitor): string | undefined {
  const { workspaces = [], foreign } = monitor.inventory() ?? {};
  return workspaces.map(each => foreign?.get(each)).find(Boolean);
}
