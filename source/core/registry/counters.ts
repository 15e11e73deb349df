/** The counters of a registry, against what its entries say. */
import type { RegistryContent, RegistryScope } from '../model/model.ts';
import { isCompleted, recordedStatus } from './merge.ts';

export type WrongCounter = {
  readonly name: string;
  readonly recorded: number;
  readonly actual: number;
};

/** @returns counters that do not say what the entries say. One that the file has not is none. */
export function wrongCounters(content: RegistryContent, scope: RegistryScope): WrongCounter[] {
  const { entries, countedActive, countedCompleted } = content;
  const active = entries.filter(entry => recordedStatus(entry.status) === 'active').length;
  const completed = entries.filter(entry => isCompleted(entry.status)).length;
  const counters: readonly (readonly [string, number | undefined, number])[] = [
    [scope === 'task' ? 'active_count' : 'active_agents', countedActive, active],
    // Only a task's registry has one.
    ['completed_count', countedCompleted, completed],
  ];
  return counters.flatMap(([name, recorded, actual]) =>
    recorded === undefined || recorded === actual ? [] : [{ name, recorded, actual }],
  );
}
