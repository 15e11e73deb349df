/** Directories addressed by descriptor: replacing one with a link has no effect. */
import { constants, fstatSync, lstatSync, openSync } from 'node:fs';
import { processSource, procRoot } from '../processes/process-source.ts';

export type OpenDirectory = {
  readonly descriptor: number;
  /** A path of what is in it begins with this. */
  readonly address: string;
};

/** Only /proc gives a directory an address by descriptor. */
const isByPath = processSource === 'portable';

/** Never follows a link. */
export function openDirectory(path: string): OpenDirectory {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const descriptor = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  return { descriptor, address: isByPath ? path : `${procRoot}/self/fd/${descriptor}` };
}

/** Where the address is a path, it must still lead to the open directory, before and after something is done in it: a
 * replaced directory is an error, though one that was replaced and put back in between is not noticed.
 * @throws if it leads elsewhere. */
export function verifyAddresses(directories: readonly OpenDirectory[]): void {
  if (!isByPath) return;
  for (const { descriptor, address } of directories) {
    const [open, now] = [fstatSync(descriptor), lstatSync(address, { throwIfNoEntry: false })];
    if (now?.ino !== open.ino || now.dev !== open.dev)
      throw new Error(`${address} was replaced while it was in use`);
  }
}
