/** Interval steps of slower and faster, milliseconds. */
const intervalSteps = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000] as const;

export function nextInterval(intervalMs: number, by: 1 | -1): number {
  if (by > 0) return intervalSteps.find(step => step > intervalMs) ?? intervalMs;
  return intervalSteps.findLast(step => step < intervalMs) ?? intervalMs;
}
