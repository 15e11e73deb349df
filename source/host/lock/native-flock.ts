/** flock(2) of libc itself, called through koffi: microseconds instead of the start of a program. An
 * optional package, one for each platform; where it is not installed or does not work, flock(1) does
 * the same. The platform's packages are used without `koffi` itself, which has a script that runs when
 * it is installed and as much again on disk. */
import { constants } from 'node:os';

export type FlockMode = 'shared' | 'exclusive';

/** Takes the lock if nobody holds it; never waits. `unclear`: this way tells nothing. */
export type NativeFlock = (descriptor: number, mode: FlockMode) => 'locked' | 'held' | 'unclear';

/** sys/file.h, alike on Linux and macOS. */
const operations: Readonly<Record<FlockMode, number>> = { shared: 1, exclusive: 2 };
const withoutWaiting = 4;
/** A signal may come in between, but not again and again. */
const mostTries = 100;

let loaded: Promise<NativeFlock | undefined> | undefined;

/** @returns nothing where no package fits or works. Loaded once, with the first change. */
export function nativeFlock(): Promise<NativeFlock | undefined> {
  loaded ??= load().catch(() => undefined);
  return loaded;
}

async function load(): Promise<NativeFlock | undefined> {
  const module = await packageOf(`${process.platform} ${process.arch}`);
  if (module === undefined) return undefined;
  const { default: koffi } = module;
  const call = koffi.load(null).func('int flock(int descriptor, int operation)');
  return flockThrough(call, () => koffi.errno());
}

/** @param call flock(2). @param errno what it left in errno. */
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

async function packageOf(machine: string) {
  switch (machine) {
    case 'linux x64':
      return import('@koromix/koffi-linux-x64');
    case 'linux arm64':
      return import('@koromix/koffi-linux-arm64');
    case 'darwin x64':
      return import('@koromix/koffi-darwin-x64');
    case 'darwin arm64':
      return import('@koromix/koffi-darwin-arm64');
    default:
      return undefined;
  }
}
