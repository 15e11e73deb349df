/** Problems that reconcile reports but does not fix. */
import { groupBy } from '../model/group-by.ts';
import type { Snapshot } from '../model/model.ts';
import { type Disagreement, disagreementsOf, faultsText } from '../registry/disagreements.ts';
import type { AgentRecord } from '../registry/merge.ts';
import { nameOf } from '../rows/describe.ts';

export type Finding = {
  readonly kind: 'undead' | 'husk' | 'orphan' | Disagreement['kind'] | 'invalid' | 'unclear';
  readonly says: string;
};

export function findingsOf(records: readonly AgentRecord[], snapshot: Snapshot): Finding[] {
  /** Workspace prefix of a finding, empty if only one workspace is shown. */
  const where = (about: readonly AgentRecord[]) =>
    snapshot.workspaces.length > 1 ? `${workspacesOf(about)}: ` : '';
  const byKey = new Map(records.map(record => [record.key, record]));
  const findings: Finding[] = [];
  const add = (kind: Finding['kind'], says: string) => findings.push({ kind, says });
  for (const row of snapshot.rows)
    if (row.class === 'undead' || row.class === 'husk' || row.class === 'orphan') {
      const record = byKey.get(row.key);
      // An unrecorded row belongs to no workspace.
      const place = record === undefined ? '' : where([record]);
      add(row.class, `${place}${row.class} ${nameOf(row)}: ${row.evidence.at(-1)?.text ?? ''}`);
    }
  for (const record of records) {
    const name = `${where([record])}${record.entry.id}`;
    for (const { kind, text } of disagreementsOf(record)) add(kind, `${name}: ${text}`);
    if (record.hasFaults) add('invalid', `${name}: ${faultsText(record.entry)}`);
    else if (record.status === 'unclear')
      add('unclear', `${name}: status ${record.entry.status} is neither active nor finished`);
  }
  // At most one of them can be correct.
  for (const [session, sharing] of bySession(records))
    if (sharing.length > 1) {
      const names = sharing.map(each => each.entry.id).join(' and ');
      add('duplicate', `${where(sharing)}${names} are recorded in the same session ${session}`);
    }
  return findings;
}

/** Active entries by session. */
function bySession(records: readonly AgentRecord[]) {
  const active = records.filter(
    ({ status, entry }) => status === 'active' && entry.session !== undefined,
  );
  return groupBy(active, record => record.entry.session);
}

function workspacesOf(records: readonly AgentRecord[]): string {
  const all = records.flatMap(record => record.registries.map(registry => registry.workspace));
  return [...new Set(all)].join(' and ');
}
