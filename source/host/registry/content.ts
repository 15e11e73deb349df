/** Reads one registry file without changing anything. A torn read shows as a changed size or
 * time, or as broken JSON, and is repeated; as a last resort the writers' lock is shared for one
 * read. */
import { isAscii } from 'node:buffer';
import { constants } from 'node:fs';
import type { Reading, RegistryContent, RegistryScope } from '../../core/model/model.ts';
import { parseRegistry } from '../../core/registry/parse.ts';
import { flockByProgram } from '../lock/flock.ts';
import { close, fstatBig, open, readRest } from '../run/async-files.ts';
import { tryTo } from '../run/try-to.ts';
import { isLeased, reasonOf } from './safe-file.ts';

/** A registry with thousands of agents takes a few MB. */
export const largestRegistryBytes = 8 * 1024 * 1024;
/** A Python writer truncates and refills the file within a few milliseconds, or many on a busy machine. */
const pausesMs = [15, 15, 30, 60, 120];
/** Writers hold the lock for milliseconds; a stopped writer is not waited for. */
const sharedWaitMs = 500;
/** Broken JSON in a file unchanged for this long is not a torn read. */
const tornAgeMs = 2000;

type Text = { readonly reading: Reading<string>; readonly isTorn: boolean };

/** Reads until file and JSON are complete, a few times at most. Never throws.
 * @param before what it held before; entries that say the same are the same objects again. */
export async function readContent(
  path: string,
  scope: RegistryScope,
  before?: RegistryContent,
): Promise<Reading<RegistryContent>> {
  for (let attempt = 0; ; attempt++) {
    const pauseMs = pausesMs[attempt];
    const isLast = pauseMs === undefined;
    const { reading, isTorn } = await readWhole(path, isLast);
    const content = reading.ok ? parseRegistry(reading.value, scope, before) : reading;
    if (content.ok || !isTorn || isLast) return content;
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
}

/** @returns the current text for display only: it is not validated. */
export async function readRegistryText(path: string): Promise<Reading<string>> {
  return (await readWhole(path, false)).reading;
}

/** @param isLocked share the writers' lock during the read. */
async function readWhole(path: string, isLocked: boolean): Promise<Text> {
  // O_NONBLOCK keeps a FIFO from blocking; O_NOFOLLOW rejects links.
  const descriptor = await open(
    path,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch((error: NodeJS.ErrnoException) => error);
  if (descriptor instanceof Error)
    return { ...refused(reasonOf(descriptor)), isTorn: isLeased(descriptor) };
  try {
    const before = await fstatBig(descriptor);
    if (!before.isFile()) return refused('not a regular file');
    if (before.size > largestRegistryBytes) return refused(tooLarge(before.size));
    if (isLocked && (await flockByProgram(descriptor, 'shared', sharedWaitMs)) !== 'locked')
      return refused('it keeps changing, and a shared lock failed');
    // Up to the initial size: a file that grows meanwhile is detected as changed.
    const bytes = await readRest(descriptor);
    const after = await fstatBig(descriptor);
    const isMoved = !isLocked && (after.mtimeNs !== before.mtimeNs || after.size !== before.size);
    if (isMoved)
      return { reading: { ok: false, reason: 'it changed while it was read' }, isTorn: true };
    return { reading: decodeUtf8(bytes), isTorn: Date.now() - Number(after.mtimeMs) < tornAgeMs };
  } finally {
    await close(descriptor);
  }
}

function refused(reason: string): Text {
  return { reading: { ok: false, reason }, isTorn: false };
}

export function tooLarge(size: number | bigint, largestBytes = largestRegistryBytes): string {
  const most = Math.round(largestBytes / 1e6);
  return `${Math.round(Number(size) / 1e6)} MB, more than the ${most} MB allowed`;
}

/** Strict: text with a byte that is not UTF-8 is rejected. Python's JSON is ASCII, which needs no decoder. */
export function decodeUtf8(bytes: Buffer): Reading<string> {
  if (isAscii(bytes)) return { ok: true, value: bytes.toString('latin1') };
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const text = tryTo(() => decoder.decode(bytes));
  return text === undefined ? { ok: false, reason: 'not UTF-8 text' } : { ok: true, value: text };
}
