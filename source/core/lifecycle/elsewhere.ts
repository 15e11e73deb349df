/** Sessions and left-overs that no registry of ours has may be on record in another workspace: then they are that
 * orchestrator's, and no bulk command ends them. */
import type { Host } from '../host.ts';
import type { Row } from '../model.ts';

/** Reads the registries of the workspaces around the rows' processes.
 * @returns by row key why it is left alone. */
export async function recordedElsewhere(
  host: Host,
  rows: readonly Row[],
  known: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const sessions = rows.filter(row => row.class === 'orphan');
  const processes = sessions.flatMap(row => row.processes);
  if (processes.length === 0) return new Map();
  const around = await host.readRegistriesAround(processes, known);
  const reasons = new Map<string, string>();
  for (const { workspace, path, reading } of around) {
    if (!reading.ok) {
      for (const row of sessions)
        reasons.set(row.key, `${path} may have it, and cannot be read: ${reading.reason}`);
      continue;
    }
    const { entries } = reading.value;
    const names = new Set(entries.flatMap(({ id, session }) => [`agent_${id}`, session ?? '']));
    const ids = new Set(entries.map(({ id }) => id));
    for (const row of sessions)
      if (names.has(row.session?.name ?? '') || ids.has(row.parent ?? ''))
        reasons.set(row.key, `it is on record in ${workspace}; name that with -w`);
  }
  return reasons;
}
