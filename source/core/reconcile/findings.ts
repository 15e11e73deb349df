/** Problems that reconcile reports but does not fix. */
import { groupBy } from '../model/group-by.ts';
import type { Snapshot } from '../model/model.ts';
import { type AgentRecord, faultsText } from '../registry/merge.ts';

export type Finding = {
  readonly kind:
    | 'undead'
    | 'husk'
    | 'orphan'
    | 'duplicate'
    | 'disagreement'
    | 'invalid'
    | 'unclear';
  readonly says: string;
};

/** Workspace prefix of a finding, empty if only one workspace is shown. */
type Where = (records: readonly AgentRecord[]) => string;

export function findingsOf(records: readonly AgentRecord[], snapshot: Snapshot): Finding[] {
  const where: Where =
    snapshot.workspaces.length > 1 ? about => `${workspacesOf(about)}: ` : () => '';
  const byKey = new Map(records.map(record => [record.key, record]));
  const findings: Finding[] = [];
  for (const row of snapshot.rows)
    if (row.class === 'undead' || row.class === 'husk' || row.class === 'orphan') {
      const record = byKey.get(row.key);
      // An unrecorded row belongs to no workspace.
      const place = record === undefined ? '' : where([record]);
      findings.push({
        kind: row.class,
        says: `${place}${row.class} ${row.key}: ${row.evidence.at(-1)?.text ?? ''}`,
      });
    }
  for (const record of records) {
    const name = `${where([record])}${record.entry.id}`;
    for (const { kind, text } of record.disagreements)
      findings.push({ kind, says: `${name}: ${text}` });
    if (record.hasFaults)
      findings.push({ kind: 'invalid', says: `${name}: ${faultsText(record.entry)}` });
    else if (record.status === 'unclear')
      findings.push({
        kind: 'unclear',
        says: `${name}: status ${record.entry.status} is neither active nor finished`,
      });
  }
  return [...findings, ...sharedSessions(records, where)];
}

/** Two active entries with the same session: at most one can be correct. */
function sharedSessions(records: readonly AgentRecord[], where: Where): Finding[] {
  const active = records.filter(
    ({ status, entry }) => status === 'active' && entry.session !== undefined,
  );
  return [...groupBy(active, record => record.entry.session)]
    .filter(([, sharing]) => sharing.length > 1)
    .map(([session, sharing]) => ({
      kind: 'duplicate',
      says: `${where(sharing)}${sharing.map(each => each.entry.id).join(' and ')} are recorded in the same session ${session}`,
    }));
}

function workspacesOf(records: readonly AgentRecord[]): string {
  const all = records.flatMap(record => record.registries.map(registry => registry.workspace));
  return [...new Set(all)].join(' and ');
}
