/** V8 settings of the live screen, the guard and `list --watch`: they run for weeks, so their memory stays small without
 * losing speed. Measured in docs/performance.md. V8 complains on stderr about a flag that it does not know. */

/** A heap whose objects stay scattered grows by what is between them. */
const heapFlags = [
  '--semi-space-growth-factor=1',
  '--heap-growing-percent=30',
  '--compact-on-every-full-gc',
] as const;

/** Code is compiled for speed after eight times as much use as usual: at a poll a second the usual share goes on for hours,
 * keeps what it compiled for each, and saves no time. Later versions count calls, and begin later. */
const rarelyOptimized = process.versions.v8.startsWith('11.') ? ['--interrupt-budget=1000000'] : [];

export const screenFlags = ['--opt', ...rarelyOptimized, ...heapFlags] as const;

/** Of a guard, which polls twice a minute: code that V8 compiles for speed takes memory, and more time than it saves. */
export const guardFlags = [...heapFlags, '--no-opt', '--no-sparkplug'] as const;

export function keepHeapSmall(): Promise<void> {
  return setFlags(screenFlags);
}

/** Until keepHeapSmall(): what V8 compiles for speed in the first second takes a third of a start, and comes too late
 * for it. Call once every script is loaded: the code that is kept was made without this. */
export function startUnoptimized(): Promise<void> {
  return setFlags(['--no-opt']);
}

export function keepGuardSmall(): Promise<void> {
  return setFlags(guardFlags);
}

async function setFlags(flags: readonly string[]): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  for (const flag of flags) setFlagsFromString(flag);
}
