/** The journal of one in-place write: the old and the new text, so that an interrupted write can
 * be completed. It exists from before the first changed byte until the last one is durable; its
 * checksum proves that it is complete, so no rename is needed. */
import { createHash } from 'node:crypto';
import { parseJson } from '../../core/registry/json.ts';
import { journalPlace } from '../lock/own-place.ts';
import { createUnderItsName, unlinkIfThere } from './durable-file.ts';
import { readOwnFile } from './safe-file.ts';

export type Journal = { readonly base: Buffer; readonly next: Buffer };

/** What a journal means for the file's current content. */
export type Recovery = 'done' | 'redo' | 'written since';

const newline = 0x0a;
const blank = 0x20;
/** Two texts of the largest registry, and the header line. */
const largestBytes = 2 * 8 * 1024 * 1024 + 1024 * 1024;

export function journalOf(path: string): string {
  return journalPlace(path).path;
}

/** @param isDurable whether it is there after a power failure, too.
 * @throws the system's error; no journal is left then. */
export function writeJournal(path: string, journal: Journal, isDurable = true): void {
  const { base, next } = journal;
  const sizes = { base: base.length, next: next.length };
  const header = JSON.stringify({ journal: 1, ...sizes, sha256: checksum(journal) });
  const content = Buffer.concat([Buffer.from(`${header}\n`), base, next]);
  createUnderItsName(journalOf(path), content, isDurable);
}

export function removeJournal(path: string): void {
  unlinkIfThere(journalOf(path));
}

/** @throws if it cannot be read, which says nothing about it.
 * @returns the journal beside a file; `broken` if it is not complete. */
export function readJournal(path: string): Journal | 'none' | 'broken' {
  const file = readOwnFile(journalOf(path), largestBytes);
  if (!file.ok) return file.isMissing ? 'none' : 'broken';
  return decode(file.value) ?? 'broken';
}

function decode(bytes: Buffer): Journal | undefined {
  const end = bytes.indexOf(newline);
  const header = end < 0 ? undefined : parseJson(bytes.toString('utf8', 0, end));
  if (header === undefined || !header.ok) return undefined;
  const { base, next, sha256 } = Object(header.value) as Record<string, unknown>;
  if (typeof base !== 'number' || typeof next !== 'number') return undefined;
  const start = end + 1;
  const journal = { base: bytes.subarray(start, start + base), next: bytes.subarray(start + base) };
  const isWhole = journal.next.length === next && checksum(journal) === sha256;
  return isWhole ? journal : undefined;
}

/** Compares the file, read under the lock, with its journal. Content that is neither text, nor
 * broken, nor a prefix of the new text before a rest of the old one, is another writer's and
 * stays. */
export function recoveryOf(file: Buffer, { base, next }: Journal): Recovery {
  const content = trimmed(file);
  if (content.equals(trimmed(next))) return 'done';
  if (content.equals(trimmed(base)) || isSplice(file, base, next)) return 'redo';
  return parseJson(file.toString('utf8')).ok ? 'written since' : 'redo';
}

/** Writes go front to back, over a file first padded with blanks. */
function isSplice(file: Buffer, base: Buffer, next: Buffer): boolean {
  const length = Math.max(base.length, next.length);
  const [from, to] = [padded(base, length), padded(next, length)];
  if (file.length > length) return false;
  let same = 0;
  while (same < file.length && file[same] === to[same]) same++;
  return file.subarray(same).equals(from.subarray(same, file.length));
}

/** @returns the bytes, padded with blanks to this length. */
export function padded(bytes: Buffer, length: number): Buffer {
  if (length <= bytes.length) return bytes;
  return Buffer.concat([bytes, Buffer.alloc(length - bytes.length, blank)]);
}

function trimmed(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === blank) end--;
  return bytes.subarray(0, end);
}

function checksum({ base, next }: Journal): string {
  return createHash('sha256').update(base).update(next).digest('hex');
}
