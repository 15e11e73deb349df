/** What our registries do not have, or have as finished, may be on record in another workspace: then it is that
 * orchestrator's, and no bulk command ends it. */

import type { AgentEntry, Row } from '../model/model.ts';
import type { Registries } from '../ports/registries.ts';
import { agentSession } from '../registry/agent-names.ts';
import { recordedStatus } from '../registry/merge.ts';
import type { Refusal } from '../termination/refusal.ts';

const bulkClasses: ReadonlySet<string> = new Set(['orphan', 'undead', 'husk']);

/** Reads the registries of the workspaces around the rows' processes, and around the repositories of the git
 * worktrees that they work in.
 * @returns by row key why it is left alone. */
export async function recordedElsewhere(
  registries: Pick<Registries, 'readAround'>,
  rows: readonly Row[],
  known: readonly string[],
): Promise<ReadonlyMap<string, Refusal>> {
  const asked = rows.filter(row => bulkClasses.has(row.class));
  const processes = asked.flatMap(row => row.processes);
  if (processes.length === 0) return new Map();
  const around = await registries.readAround(processes, known);
  const reasons = new Map<string, Refusal>();
  for (const { workspace, path, reading } of around) {
    if (!reading.ok) {
      const text = `${path} may record it, but cannot be read: ${reading.reason}`;
      for (const row of asked) reasons.set(row.key, { kind: 'elsewhere', text });
      continue;
    }
    const text = `recorded in ${workspace} (use -w)`;
    for (const row of asked)
      if (reading.value.entries.some(entry => isMeant(entry, row)))
        reasons.set(row.key, { kind: 'elsewhere', text });
  }
  return reasons;
}

/** Of what our own registry has as finished only an active entry of another one counts. */
function isMeant({ id, session, status }: AgentEntry, row: Row): boolean {
  if (row.agentId !== undefined && recordedStatus(status) !== 'active') return false;
  const name = row.session?.name;
  if (name !== undefined && (name === session || name === agentSession(id))) return true;
  return id === row.parent || (row.agentId !== undefined && id === row.agentId);
}
