/** V8 heap settings of the live screen and the guard: they run for weeks, so their heap stays small
 * without losing speed. Measured in docs/performance.md. */

/** V8 flags. The screen's code cache from the build is valid only with these. */
export const heapFlags = ['--semi-space-growth-factor=1', '--heap-growing-percent=30'] as const;

/** Call before the screen is loaded. */
export async function keepHeapSmall(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  for (const flag of heapFlags) setFlagsFromString(flag);
}
