/** Backup retention: the last ten, and the last one of each of seven days. Names begin with a timestamp,
 * for example `2026-11-21T03-00-00.000Z-reconcile`. */
const newestKept = 10;
const daysKept = 7;

/** @returns the backups to keep, always including names that vigil did not create. */
export function keptBackups(names: readonly string[]): readonly string[] {
  const own = names
    .filter(name => made.test(name))
    .sort()
    .reverse();
  const lastOfDay = new Map<string, string>();
  for (const name of own) {
    const day = name.slice(0, 10);
    if (!lastOfDay.has(day) && lastOfDay.size < daysKept) lastOfDay.set(day, name);
  }
  const kept = new Set([...own.slice(0, newestKept), ...lastOfDay.values()]);
  return names.filter(name => !made.test(name) || kept.has(name));
}

const made = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-/;
