/** Which backups stay: the last ten, and the last of each of seven days. Their names begin with the
 * time they were made at, `2026-11-21T03-00-00.000Z-reconcile`. */
const newestKept = 10;
const daysKept = 7;

/** Names that are none of vigil's own are always among the kept ones. */
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
