/** A registry that lost most of its entries is considered damaged; reconcile must not act on it. */
import type { RegistryReading } from '../model/model.ts';
import type { Backup } from '../ports/registry-store.ts';
import { taskOf } from '../registry/merge.ts';

/** Smaller registries may legitimately lose most entries. */
const fewEntries = 4;

/** @param backups newest first.
 * @returns one sentence per registry with fewer than half the entries of its newest backup, or of
 * the global registry for its task. */
export function lossesOf(
  registries: readonly RegistryReading[],
  backups: readonly Backup[],
): string[] {
  return registries.flatMap(registry => {
    if (!registry.reading.ok) return [];
    const now = registry.reading.value.entries.length;
    const saved = backedUp(registry.path, backups);
    if (saved !== undefined && isLoss(saved.entries, now))
      return [`${registry.path} has ${now} agents, but ${saved.entries} in backup ${saved.name}`];
    const indexed = indexedFor(registry, registries);
    return isLoss(indexed, now)
      ? [`${registry.path} has ${now} agents, but the global registry has ${indexed} of its task`]
      : [];
  });
}

function isLoss(before: number, now: number): boolean {
  return before >= fewEntries && now * 2 < before;
}

function backedUp(path: string, backups: readonly Backup[]) {
  for (const { name, files } of backups) {
    const file = files.find(each => each.original === path);
    if (file?.entries.ok) return { name, entries: file.entries.value };
  }
  return undefined;
}

function indexedFor(registry: RegistryReading, registries: readonly RegistryReading[]): number {
  if (registry.scope !== 'task') return 0;
  const task = taskOf(registry);
  const index = registries.find(
    each => each.workspace === registry.workspace && each.scope === 'global' && each.reading.ok,
  );
  if (index === undefined || !index.reading.ok) return 0;
  return index.reading.value.entries.filter(entry => entry.task === task).length;
}
