/** Compares registry counters with the entries. */
import type { RegistryReading } from '../model/model.ts';
import { wrongCounters } from '../registry/counters.ts';
import { shortPath } from '../registry/merge.ts';

/** A counter that differs from the entries. */
export type CountDrift = { readonly path: string; readonly says: string };

export function countsOf(
  { taskFile, globalFile }: { readonly taskFile?: string; readonly globalFile?: string },
  registries: readonly RegistryReading[],
): CountDrift[] {
  // Report the global registry once, in its own group.
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
