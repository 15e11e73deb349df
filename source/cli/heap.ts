/** How the heap of the live screen grows: a monitor runs for weeks beside what it watches, so it stays small, at
 * full speed. Measured in docs/performance.md. */

/** V8's flags. The code that the build keeps of the screen is only good under them. */
export const heapFlags = ['--semi-space-growth-factor=1', '--heap-growing-percent=30'] as const;

/** Before the screen is loaded. */
export async function keepHeapSmall(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  for (const flag of heapFlags) setFlagsFromString(flag);
}
