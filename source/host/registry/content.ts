/** One registry file's content. Reading changes nothing: a torn read is seen by a changed size or
 * time, or by broken JSON, and is repeated; only where that does not help is the writers' own lock
 * shared for the length of one read. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Reading, RegistryContent, RegistryScope } from '../../core/model/model.ts';
import { parseRegistry } from '../../core/registry/parse.ts';
import { flockByProgram } from '../lock/flock.ts';
import { reasonOf } from './safe-file.ts';

/** A registry of thousands of agents has a few MB. */
export const largestRegistryBytes = 8 * 1024 * 1024;
/** A Python writer empties and refills the file within a few milliseconds. */
const plainReads = 4;
const betweenReadsMs = 15;
/** Writers hold theirs for milliseconds; one that is stopped is not waited for. */
const sharedWaitMs = 500;
/** Broken JSON in a file that has not been written for this long is no torn read. */
const tornAgeMs = 2000;

type Text = { readonly reading: Reading<string>; readonly isTorn: boolean };

/** Reads until the file stood still and its JSON is whole, a few times at most. Never throws. */
export async function readContent(
  path: string,
  scope: RegistryScope,
): Promise<Reading<RegistryContent>> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt > plainReads;
    const { reading, isTorn } = await readWhole(path, isLast);
    const content = reading.ok ? parseRegistry(reading.value, scope) : reading;
    if (content.ok || !isTorn || isLast) return content;
    await new Promise(resolve => setTimeout(resolve, betweenReadsMs));
  }
}

/** Its text as it is now, for a person to look at: nobody decides anything by it. */
export async function readRegistryText(path: string): Promise<Reading<string>> {
  return (await readWhole(path, false)).reading;
}

/** @param isLocked share the writers' lock while reading. */
async function readWhole(path: string, isLocked: boolean): Promise<Text> {
  // Without O_NONBLOCK a FIFO would hang, without O_NOFOLLOW a link would lead anywhere.
  const handle = await open(
    path,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch((error: NodeJS.ErrnoException) => error);
  if (handle instanceof Error) return refused(reasonOf(handle));
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) return refused('not a regular file');
    if (before.size > largestRegistryBytes) return refused(tooLarge(before.size));
    if (isLocked && (await flockByProgram(handle.fd, 'shared', sharedWaitMs)) !== 'locked')
      return refused('it keeps changing, and a shared lock failed');
    const bytes = await readBytes(handle);
    const after = await handle.stat({ bigint: true });
    const isMoved = !isLocked && (after.mtimeNs !== before.mtimeNs || after.size !== before.size);
    if (isMoved)
      return { reading: { ok: false, reason: 'it changed while it was read' }, isTorn: true };
    return { reading: decodeUtf8(bytes), isTorn: Date.now() - Number(after.mtimeMs) < tornAgeMs };
  } finally {
    await handle.close();
  }
}

function refused(reason: string): Text {
  return { reading: { ok: false, reason }, isTorn: false };
}

export function tooLarge(size: number | bigint): string {
  const most = Math.round(largestRegistryBytes / 1e6);
  return `${Math.round(Number(size) / 1e6)} MB, more than the ${most} MB allowed`;
}

/** All there is when the reading begins; a file that grows meanwhile is seen to have changed. */
async function readBytes(handle: FileHandle): Promise<Buffer> {
  const { size } = await handle.stat();
  const buffer = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(buffer, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

/** Strict: a byte that is no UTF-8 makes it no text. */
export function decodeUtf8(bytes: Buffer): Reading<string> {
  try {
    return {
      ok: true,
      value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    };
  } catch {
    return { ok: false, reason: 'not UTF-8 text' };
  }
}
