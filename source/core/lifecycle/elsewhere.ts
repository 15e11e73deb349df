/** Rows that another workspace's registry lists belong to that orchestrator, so bulk commands refuse them. Checked for
 * rows that our registries do not list or list as finished. */

import type { AgentEntry, Row } from '../model/model.ts';
import type { Registries } from '../ports/registries.ts';
import { agentSession } from '../registry/agent-names.ts';
import { recordedStatus } from '../registry/merge.ts';
import type { Refusal } from '../termination/refusal.ts';

const bulkClasses: ReadonlySet<string> = new Set(['orphan', 'undead', 'husk']);

/** Reads the registries of the workspaces around the rows' processes, and around the repositories of the git
 * worktrees that they work in.
 * @returns refusals by row key. */
export async function recordedElsewhere(
  registries: Pick<Registries, 'readAround'>,
  rows: readonly Row[],
  known: readonly string[],
): Promise<ReadonlyMap<string, Refusal>> {
  const candidates = rows.filter(row => bulkClasses.has(row.class));
  const processes = candidates.flatMap(row => row.processes);
  if (processes.length === 0) return new Map();
  const around = await registries.readAround(processes, known);
  const reasons = new Map<string, Refusal>();
  for (const { workspace, path, reading } of around) {
    if (!reading.ok) {
      const text = `${path} may record it, but cannot be read: ${reading.reason}`;
      for (const row of candidates) reasons.set(row.key, { kind: 'elsewhere', text });
      continue;
    }
    const text = `recorded in ${workspace} (use -w)`;
    for (const row of candidates)
      if (reading.value.entries.some(entry => isEntryOf(entry, row)))
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
