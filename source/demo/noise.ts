/** Numbers that look random and are the same in every run: they depend on their keys alone, not on
 * how often the machine is polled. */

/** Another seed makes another story. */
const seed = 20251029;

/** Every bit of every key affects every bit of the result (as in murmur3).
 * @returns at least 0 and below 1. */
export function chance(...keys: readonly number[]): number {
  let hash = seed;
  for (const key of keys) {
    hash ^= key;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return (hash >>> 0) / 2 ** 32;
}

/** A value that wanders between 0 and 1 over time, without jumps.
 * @param key whose value it is. @param periodMs how long it goes one way. */
export function wave(key: number, atMs: number, periodMs: number): number {
  const step = Math.floor(atMs / periodMs);
  const part = atMs / periodMs - step;
  const smooth = part * part * (3 - 2 * part);
  return chance(key, step) * (1 - smooth) + chance(key, step + 1) * smooth;
}

/** @returns 32 hexadecimal digits. */
export function digits(key: number): string {
  return Array.from({ length: 32 }, (_, place) =>
    Math.floor(chance(key, place) * 16).toString(16),
  ).join('');
}
