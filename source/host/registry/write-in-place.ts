/** Writes a registry file in place under its lock, so that writers waiting for the same inode
 * lose nothing; an interrupted write is completed or undone from the journal. */
import { fdatasyncSync, fstatSync, ftruncateSync, readSync } from 'node:fs';
import { tryTo } from '../run/try-to.ts';
import { writeAll } from './durable-file.ts';
import {
  type Journal,
  padded,
  readJournal,
  recoveryOf,
  removeJournal,
  writeJournal,
} from './journal.ts';
import { archiveJournal } from './quarantine.ts';

/** Thrown if a write failed halfway and the old text could not be restored: the journal stays,
 * and the next process to lock the file completes the write. */
export class UnfinishedWrite extends Error {}

/** Completes the write of a killed process. Only under the exclusive lock.
 * @returns the resulting text. */
export function recover(descriptor: number, path: string): Buffer {
  const bytes = readAll(descriptor);
  const journal = readJournal(path);
  if (journal === 'none') return bytes;
  if (journal === 'broken') {
    // The journal was never complete, so the write never began.
    removeJournal(path);
    return bytes;
  }
  if (recoveryOf(bytes, journal) === 'written since') {
    archiveJournal(path);
    return bytes;
  }
  overwrite(descriptor, padded(journal.next, bytes.length), journal.next.length);
  removeJournal(path);
  return journal.next;
}

/** Replaces the text. On return the new text is on disk; on an exception the old one is.
 * @param isHurried beside a program that writes all the time: the journal is not awaited to be on disk, as on a slow one
 * every write would come too late. A power failure in that moment may leave either text, or a mixed one.
 * @returns `disturbed` if another program wrote before, without a lock, and `written over` if it did so after: its text
 * stays.
 * @throws the system's error, or UnfinishedWrite. */
export function writeInPlace(
  descriptor: number,
  path: string,
  { base, next }: Journal,
  isHurried: boolean,
): 'written' | 'written over' | 'disturbed' {
  if (!readsAs(descriptor, base)) return 'disturbed';
  const reserved = padded(base, next.length);
  // Made before the last comparison, which the write follows at once.
  const written = padded(next, base.length);
  let isSame: boolean;
  try {
    // Trailing blanks keep the old text valid, so a full disk shows before anything is changed.
    writeAll(descriptor, reserved.subarray(base.length), base.length);
    writeJournal(path, { base, next }, !isHurried);
    // That takes milliseconds, and what another program has written meanwhile is not overwritten.
    isSame = readsAs(descriptor, reserved);
  } catch (error) {
    tryTo(() => removeJournal(path));
    tryTo(() => removeReserve(descriptor, base));
    throw error;
  }
  if (!isSame) {
    removeJournal(path);
    return 'disturbed';
  }
  let isThere: boolean;
  try {
    overwrite(descriptor, written, next.length);
    isThere = readsAs(descriptor, next);
  } catch (error) {
    try {
      overwrite(descriptor, reserved, base.length);
      removeJournal(path);
    } catch {
      throw new UnfinishedWrite((error as Error).message);
    }
    throw error;
  }
  removeJournal(path);
  return isThere ? 'written' : 'written over';
}

/** Takes trailing blanks away, unless another program has written meanwhile. */
function removeReserve(descriptor: number, base: Buffer): void {
  const now = readAll(descriptor);
  if (now.equals(padded(base, now.length))) ftruncateSync(descriptor, base.length);
}

/** Whether the file has this text. */
export function readsAs(descriptor: number, text: Buffer): boolean {
  return readAll(descriptor).equals(text);
}

/** One write over the old length, padded with blanks, then the truncation: a reader without a
 * lock sees complete JSON before and after. */
function overwrite(descriptor: number, written: Buffer, length: number): void {
  writeAll(descriptor, written, 0);
  // A size that another program has changed meanwhile belongs to its text.
  if (written.length > length && fstatSync(descriptor).size === written.length)
    ftruncateSync(descriptor, length);
  fdatasyncSync(descriptor);
}

/** Reads up to the current size. */
function readAll(descriptor: number): Buffer {
  const { size } = fstatSync(descriptor);
  const buffer = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const count = readSync(descriptor, buffer, length, size - length, length);
    if (count === 0) break;
    length += count;
  }
  return buffer.subarray(0, length);
}
