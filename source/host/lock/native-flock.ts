/** libc's flock(2), called through koffi: microseconds instead of a process start. If the
 * optional platform package is missing or fails, flock(1) is used. */
import { constants } from 'node:os';
import { loadKoffi } from './native-calls.ts';

export type FlockMode = 'shared' | 'exclusive';

/** Takes the lock if it is free; never waits. `unclear`: the call failed for another reason. */
export type NativeFlock = (descriptor: number, mode: FlockMode) => 'locked' | 'held' | 'unclear';

/** From sys/file.h, the same on Linux and macOS. */
const operations: Readonly<Record<FlockMode, number>> = { shared: 1, exclusive: 2 };
const withoutWaiting = 4;
/** Limits retries after EINTR. */
const mostTries = 100;

let loaded: Promise<NativeFlock | undefined> | undefined;

/** @returns nothing if no package fits or works. Loaded once, on the first change. */
export function nativeFlock(): Promise<NativeFlock | undefined> {
  loaded ??= load().catch(() => undefined);
  return loaded;
}

async function load(): Promise<NativeFlock | undefined> {
  const koffi = await loadKoffi();
  if (koffi === undefined) return undefined;
  const call = koffi
    .load(null)
    .func<(descriptor: number, operation: number) => number>(
      'int flock(int descriptor, int operation)',
    );
  return flockThrough(call, () => koffi.errno());
}

/** @param call flock(2). @param errno reads errno after the call. */
export function flockThrough(
  call: (descriptor: number, operation: number) => number,
  errno: () => number,
): NativeFlock {
  return (descriptor, mode) => {
    for (let tries = 0; tries < mostTries; tries++) {
      if (call(descriptor, operations[mode] | withoutWaiting) === 0) return 'locked';
      const error = errno();
      if (error === constants.errno.EWOULDBLOCK) return 'held';
      if (error !== constants.errno.EINTR) return 'unclear';
    }
    return 'unclear';
  };
}
