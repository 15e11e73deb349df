/** Compares the counters of a registry with its entries. */
import type { RegistryContent, RegistryScope } from '../model/model.ts';
import { isCompleted, recordedStatus } from './merge.ts';

export type WrongCounter = {
  readonly name: string;
  readonly recorded: number;
  readonly actual: number;
};

/** @returns counters that differ from the entries; counters missing from the file are ignored. */
export function wrongCounters(content: RegistryContent, scope: RegistryScope): WrongCounter[] {
  const { entries, countedActive, countedCompleted } = content;
  const active = entries.filter(entry => recordedStatus(entry.status) === 'active').length;
  const completed = entries.filter(entry => isCompleted(entry.status)).length;
  const counters: readonly (readonly [string, number | undefined, number])[] = [
    [scope === 'task' ? 'active_count' : 'active_agents', countedActive, active],
    // Only task registries have this counter.
    ['completed_count', countedCompleted, completed],
  ];
  return counters.flatMap(([name, recorded, actual]) =>
    recorded === undefined || recorded === actual ? [] : [{ name, recorded, actual }],
  );
}
