/** Files that only vigil writes: complete or absent, even after a power failure. All calls are
 * synchronous, so that nothing runs between them while a lock is held; fdatasync omits only
 * times and saves a step if the length is unchanged. */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, hasCode, tryTo } from '../run/try-to.ts';

/** Writes a temporary file beside it, syncs it, then renames it over the file.
 * @throws the system's error; nothing is left behind then. */
export function writeDurably(path: string, content: Uint8Array): void {
  writeWhole(path, content, true);
  syncDirectory(dirname(path));
}

/** Like `writeDurably`, without a sync, for files that need not survive a power failure.
 * @throws the system's error; nothing is left behind then. */
export function writeWhole(path: string, content: Uint8Array, isDurable = false): void {
  const temporary = temporaryOf(path);
  unlinkIfThere(temporary);
  try {
    writeNew(temporary, content, isDurable);
    renameSync(temporary, path);
  } catch (error) {
    tryTo(() => unlinkIfThere(temporary));
    throw error;
  }
}

/** Writes a file under its final name, for content with its own checksum: one sync less than
 * `writeDurably`.
 * @param isDurable whether it must survive a power failure, too; a killed process always leaves it.
 * @throws the system's error; the partial file is removed if possible. */
export function createUnderItsName(path: string, content: Uint8Array, isDurable: boolean): void {
  try {
    writeNew(path, content, isDurable);
    if (isDurable) syncDirectory(dirname(path));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') tryTo(() => unlinkIfThere(path));
    throw error;
  }
}

function writeNew(path: string, content: Uint8Array, isDurable: boolean): void {
  const descriptor = openNew(path);
  try {
    writeAll(descriptor, content, 0);
    if (isDurable) fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Creates a file that only its owner may read: it may contain prompts. @throws if it exists. */
export function openNew(path: string): number {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}

/** @returns the temporary name that an interrupted write of this file may have left. */
export function temporaryOf(path: string): string {
  return `${path}.tmp`;
}

export function writeAll(descriptor: number, content: Uint8Array, from: number): void {
  for (let done = 0; done < content.length; )
    done += writeSync(descriptor, content, done, content.length - done, from + done);
}

/** Makes a rename or removal in the directory durable, if its file system supports it. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (!hasCode(error, 'EINVAL', 'ENOTSUP')) throw error;
  } finally {
    closeSync(descriptor);
  }
}

export function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** @throws if the path is a link or a file. */
export function makeOwnDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Node's mkdir -p reports a read-only file system as a missing directory, so it is done step
    // by step.
    if (codeOf(error) === 'ENOENT') {
      makeOwnDirectory(dirname(path));
      mkdirSync(path, { mode: 0o700 });
    } else if (codeOf(error) !== 'EEXIST') throw error;
  }
}
