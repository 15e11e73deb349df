/** V8 heap settings of the live screen and the guard: they run for weeks, so their heap stays small
 * without losing speed. Measured in docs/performance.md. */

/** V8 flags. The screen's code cache from the build is valid only with these. */
export const heapFlags = ['--semi-space-growth-factor=1', '--heap-growing-percent=30'] as const;

/** Of a guard, which polls twice a minute: code that V8 compiles for speed takes memory, and more time than it saves. */
const guardFlags = [...heapFlags, '--no-opt', '--no-sparkplug'];

/** Call before the screen is loaded. */
export function keepHeapSmall(): Promise<void> {
  return setFlags(heapFlags);
}

export function keepGuardSmall(): Promise<void> {
  return setFlags(guardFlags);
}

async function setFlags(flags: readonly string[]): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  for (const flag of flags) setFlagsFromString(flag);
}
