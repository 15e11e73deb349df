/** Changing a registry file in place, under its lock: writers that wait for the same file lose
 * nothing, and a cut-off write is finished or undone from the journal. */
import { fdatasyncSync, fstatSync, ftruncateSync, readSync } from 'node:fs';
import { tryTo, writeAll } from './durable-file.ts';
import { padded, readJournal, recoveryOf, removeJournal, writeJournal } from './journal.ts';
import { archiveJournal } from './quarantine.ts';

/** Thrown where a write failed half-way and the old text could not be put back either: the journal
 * stays, and whoever locks the file next finishes the write. */
export class UnfinishedWrite extends Error {}

/** Finishes what a killed writer began. Only under the exclusive lock.
 * @returns the file's text as it is afterwards. */
export function recover(descriptor: number, path: string): Buffer {
  const bytes = readAll(descriptor);
  const journal = readJournal(path);
  if (journal === 'none') return bytes;
  if (journal === 'broken') {
    // It was not complete before the write began, so the write never began.
    removeJournal(path);
    return bytes;
  }
  if (recoveryOf(bytes, journal) === 'written since') {
    archiveJournal(path);
    return bytes;
  }
  overwrite(descriptor, bytes, journal.next);
  removeJournal(path);
  return journal.next;
}

/** Replaces the text. When it returns, the new text is on disk; when it throws, the old one is.
 * @throws what the system says, or UnfinishedWrite. */
export function writeInPlace(descriptor: number, path: string, base: Buffer, next: Buffer): void {
  try {
    // Blanks behind the old text leave it valid: a full disk shows before anything is changed.
    if (next.length > base.length)
      writeAll(descriptor, padded(Buffer.alloc(0), next.length - base.length), base.length);
    writeJournal(path, { base, next });
  } catch (error) {
    tryTo(() => ftruncateSync(descriptor, base.length));
    throw error;
  }
  try {
    overwrite(descriptor, base, next);
    if (!readAll(descriptor).equals(next)) throw new Error('it does not read back as written');
  } catch (error) {
    putBack(descriptor, path, base, error as Error);
    throw error;
  }
  removeJournal(path);
}

function putBack(descriptor: number, path: string, base: Buffer, cause: Error): void {
  try {
    writeAll(descriptor, base, 0);
    ftruncateSync(descriptor, base.length);
    fdatasyncSync(descriptor);
    removeJournal(path);
  } catch {
    throw new UnfinishedWrite(cause.message);
  }
}

/** One write over all that was there, blanks at the end, and only then the cut: a reader that takes
 * no lock sees whole JSON before and after. */
function overwrite(descriptor: number, before: Buffer, next: Buffer): void {
  writeAll(descriptor, padded(next, before.length), 0);
  ftruncateSync(descriptor, next.length);
  fdatasyncSync(descriptor);
}

/** All there is when the reading begins. */
export function readAll(descriptor: number): Buffer {
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
