/** What the registries say of an agent, and where they disagree. */
import { type Evidence, hint } from '../evidence/evidence.ts';
import type { AgentEntry, RegistryScope } from '../model/model.ts';
import { type AgentRecord, type RegistrySource, shortPath } from './merge.ts';

export type Disagreement = { readonly kind: 'duplicate' | 'disagreement'; readonly text: string };

/** @returns recorded statuses and disagreements between registries. */
export function registryEvidence(record: AgentRecord): readonly Evidence[] {
  return [
    ...sourcesOf(record).map(source => hint('registry', registryText(source))),
    ...disagreementsOf(record).map(({ text }) => hint('registry-disagreement', text)),
  ];
}

function sourcesOf({ registries, entries }: AgentRecord): readonly RegistrySource[] {
  return registries.map((reading, at) => ({ reading, entry: entries[at] as AgentEntry }));
}

function registryText({ reading, entry }: RegistrySource): string {
  const faults = entry.faults.length > 0 ? ` (${faultsText(entry)})` : '';
  return `registry ${shortPath(reading)}: status ${entry.status ?? 'not recorded'}${faults}`;
}

/** The faults of an entry as one sentence. */
export function faultsText({ faults }: AgentEntry): string {
  return faults.map(({ text }) => text).join('; ');
}

/** @returns duplicate and conflicting entries of an agent. */
export function disagreementsOf(record: AgentRecord): readonly Disagreement[] {
  const sources = sourcesOf(record);
  const found: Disagreement[] = [];
  const disagree = (text: string) => found.push({ kind: 'disagreement', text });
  const isAgain = (source: RegistrySource, at: number) =>
    sources.findIndex(({ reading }) => reading.path === source.reading.path) < at;
  if (sources.some(isAgain))
    found.push({ kind: 'duplicate', text: 'listed more than once in the same registry' });
  const { reading, entry } = sources[0] as RegistrySource;
  if (record.isMissingInDatabase) disagree('only in JSON registries, not in the database');
  else if (reading.scope === 'global')
    disagree('only in the global registry, not in a task registry');
  for (const follower of record.followers)
    for (const name of ['task', 'status', 'session'] as const) {
      const [own, other] = [entry[name] ?? 'not recorded', follower.entry[name]];
      if (other === undefined || own === other) continue;
      const pair = `${reading.scope} and ${scopeNames[follower.reading.scope]}`;
      disagree(`${pair} disagree: ${name} ${own}, ${other}`);
    }
  return found;
}

/** How messages call a registry. */
export const scopeNames: Readonly<Record<RegistryScope, string>> = {
  database: 'database',
  task: 'task registry',
  global: 'global registry',
};
