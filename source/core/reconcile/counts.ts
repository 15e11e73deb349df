/** Counters of registries against their entries. */
import type { RegistryReading } from '../model.ts';
import { isCompleted, recordedStatus, shortPath } from '../registry/merge.ts';

/** A counter that does not say what the entries say. */
export type CountDrift = { readonly path: string; readonly says: string };

export function countsOf(
  { taskFile, globalFile }: { readonly taskFile?: string; readonly globalFile?: string },
  registries: readonly RegistryReading[],
): CountDrift[] {
  // The index is counted with its own place, once.
  const path = taskFile ?? globalFile;
  const registry = registries.find(each => each.path === path);
  if (registry === undefined || !registry.reading.ok) return [];
  const { entries, countedActive, countedCompleted } = registry.reading.value;
  const active = entries.filter(entry => recordedStatus(entry.status) === 'active').length;
  const completed = entries.filter(entry => isCompleted(entry.status)).length;
  const name = registry.scope === 'task' ? 'active_count' : 'active_agents';
  const says = [
    ...drift(name, countedActive, active),
    ...drift('completed_count', countedCompleted, completed),
  ];
  return says.map(each => ({ path: registry.path, says: `${shortPath(registry)}: ${each}` }));
}

function drift(name: string, recorded: number | undefined, actual: number): string[] {
  return recorded === undefined || recorded === actual
    ? []
    : [`${name} says ${recorded}, its entries ${actual}`];
}
