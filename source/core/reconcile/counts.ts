/** Counters of registries against their entries. */
import type { RegistryReading } from '../model/model.ts';
import { wrongCounters } from '../registry/counters.ts';
import { shortPath } from '../registry/merge.ts';

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
  return wrongCounters(registry.reading.value, registry.scope).map(
    ({ name, recorded, actual }) => ({
      path: registry.path,
      says: `${shortPath(registry)}: ${name} is ${recorded}, but ${actual} entries match`,
    }),
  );
}
