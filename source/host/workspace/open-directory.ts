/** Directories that stay the same whatever is put in their place: addressed by descriptor, or as the working directory. */
import { constants, fstatSync, openSync, statSync } from 'node:fs';
import { processSource, procRoot } from '../processes/process-source.ts';
import { tryTo } from '../run/try-to.ts';

export type OpenDirectory = {
  readonly descriptor: number;
  /** A path of what is in it begins with this. */
  readonly address: string;
};

/** Only /proc gives a directory an address by descriptor. */
const hasAddresses = processSource !== 'portable';

/** Never follows a link. Without /proc the address is the path, for the caller to verify. */
export function openDirectory(path: string): OpenDirectory {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const descriptor = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  return { descriptor, address: hasAddresses ? `${procRoot}/self/fd/${descriptor}` : path };
}

/** Opens a directory, each step in the one before it. Without /proc every step becomes the working directory, which stays the
 * same directory if another one takes its path; nothing else runs meanwhile, and `restore` goes back.
 * @param opened gets the descriptors, also if a step fails.
 * @returns the addresses of all of them. @throws the system's error. */
export function openSteps(
  steps: readonly string[],
  opened: OpenDirectory[],
): { readonly way: readonly string[]; restore(): void } {
  if (hasAddresses) {
    for (const step of steps) {
      const parent = opened.at(-1);
      opened.push(openDirectory(parent === undefined ? step : `${parent.address}/${step}`));
    }
    return { way: opened.map(({ address }) => address), restore: () => undefined };
  }
  const before = tryTo(() => process.cwd()) ?? '/';
  const restore = () => process.chdir(before);
  try {
    for (const step of steps) {
      const directory = openDirectory(step);
      opened.push(directory);
      process.chdir(step);
      verify(directory, '.');
    }
    const way = steps.map((_, index) => addressAbove(steps.length - 1 - index));
    for (const [index, address] of way.entries()) verify(opened[index], address);
    return { way, restore };
  } catch (error) {
    restore();
    throw error;
  }
}

/** `.`, `..`, `../..` */
function addressAbove(levels: number): string {
  return levels === 0 ? '.' : Array(levels).fill('..').join('/');
}

/** @throws if a path leads to another directory than the open one. */
export function verify(
  directory: OpenDirectory | undefined,
  address = directory?.address ?? '',
): void {
  if (hasAddresses || directory === undefined) return;
  const [open, now] = [fstatSync(directory.descriptor), statSync(address)];
  if (now.ino !== open.ino || now.dev !== open.dev)
    throw new Error(`${address} was replaced while it was in use`);
}
