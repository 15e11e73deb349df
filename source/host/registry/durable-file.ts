/** Files that only vigil writes: complete or not there, also after a power cut. All of it is
 * synchronous: while a lock is held, nothing else is to come in between. fdatasync leaves out nothing
 * but times, which nobody needs after a power cut, and saves a step where a file keeps its length. */
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
import { basename, dirname, join } from 'node:path';

/** They hold prompts: nobody else is to read them. */
const ownerOnly = 0o600;

/** Writes beside the file, makes that durable, then puts it in the file's place.
 * @throws what the system says; nothing is left behind then. */
export function writeDurably(path: string, content: Uint8Array): void {
  replace(path, content, true);
  syncDirectory(dirname(path));
}

/** As `writeDurably`, without waiting for the disk: for what nobody needs after a power cut.
 * @throws what the system says; nothing is left behind then. */
export function writeWhole(path: string, content: Uint8Array): void {
  replace(path, content, false);
}

function replace(path: string, content: Uint8Array, isDurable: boolean): void {
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

/** Writes a file under its own name, for content that tells by itself whether it is whole: one step
 * less to wait for the disk than `writeDurably`.
 * @throws what the system says; nothing is left behind then, if that can be. */
export function createDurably(path: string, content: Uint8Array): void {
  try {
    writeNew(path, content);
    syncDirectory(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') tryTo(() => unlinkIfThere(path));
    throw error;
  }
}

function writeNew(path: string, content: Uint8Array, isDurable = true): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, ownerOnly);
  try {
    writeAll(descriptor, content, 0);
    if (isDurable) fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Where a write of this file that was cut off may have left something. */
export function temporaryOf(path: string): string {
  return join(dirname(path), `${basename(path)}.tmp`);
}

export function writeAll(descriptor: number, content: Uint8Array, from: number): void {
  for (let done = 0; done < content.length; )
    done += writeSync(descriptor, content, done, content.length - done, from + done);
}

/** Makes a rename or removal in the directory durable, where its file system can. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  } finally {
    closeSync(descriptor);
  }
}

export function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** @throws where a link or a file is in its place. */
export function makeOwnDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // mkdir -p of Node calls a read-only file system a missing directory: so step by step.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      makeOwnDirectory(dirname(path));
      mkdirSync(path, { mode: 0o700 });
    } else if (code !== 'EEXIST') throw error;
  }
}

/** For what is tidied up after something else has failed already. */
export function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // The first failure is the one that is told.
  }
}
