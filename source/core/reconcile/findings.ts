/** What is wrong with registries and machine but not mended by a reconcile: reported, not hidden. */
import type { Snapshot } from '../model.ts';
import type { AgentRecord } from '../registry/merge.ts';

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

export function findingsOf(records: readonly AgentRecord[], snapshot: Snapshot): Finding[] {
  const findings: Finding[] = [];
  for (const row of snapshot.rows)
    if (row.class === 'undead' || row.class === 'husk' || row.class === 'orphan')
      findings.push({
        kind: row.class,
        says: `${row.class} ${row.key}: ${row.evidence.at(-1) ?? ''}`,
      });
  for (const record of records) {
    for (const says of record.disagreements)
      findings.push({
        kind: says.startsWith('listed') ? 'duplicate' : 'disagreement',
        says: `${record.entry.id}: ${says}`,
      });
    if (record.hasFaults)
      findings.push({
        kind: 'invalid',
        says: `${record.entry.id}: ${record.entry.faults.join('; ')}`,
      });
    else if (record.status === 'unclear')
      findings.push({
        kind: 'unclear',
        says: `${record.entry.id}: status ${record.entry.status} is neither active nor finished`,
      });
  }
  return [...findings, ...sharedSessions(records)];
}

/** Two active entries for one session: at most one of them can be right. */
function sharedSessions(records: readonly AgentRecord[]): Finding[] {
  const bySession = new Map<string, string[]>();
  for (const { entry, status } of records) {
    if (status !== 'active' || entry.session === undefined) continue;
    bySession.set(entry.session, [...(bySession.get(entry.session) ?? []), entry.id]);
  }
  return [...bySession]
    .filter(([, ids]) => ids.length > 1)
    .map(([session, ids]) => ({
      kind: 'duplicate',
      says: `${ids.join(' and ')} are recorded in the same session ${session}`,
    }));
}
