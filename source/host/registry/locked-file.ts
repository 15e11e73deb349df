/** One registry file, locked for us alone: first the queue among vigils (proper-lockfile), then
 * flock(2) on the data file itself, which is what the orchestrator waits for. */
import { closeSync, constants, existsSync, lstatSync } from 'node:fs';
import type { Reading } from '../../core/model.ts';
import { tryTo } from './durable-file.ts';
import { flock } from './flock.ts';
import { holdersOf, queueLockOf } from './lock-holders.ts';
import { faultOf, type OpenFile, openOwnFile, reasonOf } from './safe-file.ts';

export type LockedFile = OpenFile & { readonly path: string; release(): Promise<void> };

export type LockFailure =
  | { readonly kind: 'busy'; readonly path: string; readonly holder: string }
  | { readonly kind: 'refused'; readonly path: string; readonly reason: string };

export type LockResult = { readonly kind: 'locked'; readonly file: LockedFile } | LockFailure;

/** A vigil that was killed leaves its place in the queue taken for this long. Whoever takes the place
 * over still waits for flock, so a holder that is merely stopped loses nothing. */
const staleMs = 2000;
const refreshMs = 1000;
/** Between two looks whether the queue is free: longer the longer it takes, because sixteen that look
 * all the time leave no processor to the one that writes; random, so that they do not march in step. */
const shortestTryMs = 4;
const longestTryMs = 64;
/** A look is cheap; a try also finds out whether the place in the queue has gone stale. */
const triesApartMs = 250;
/** A file that is replaced again and again is not chased for ever. */
const mostReplacements = 5;

/** Locks a file, waiting no longer than until `deadline` (epoch milliseconds). Never throws. */
export async function lockFile(path: string, deadline: number): Promise<LockResult> {
  const refused = (reason: string) => ({ kind: 'refused', path, reason }) as const;
  try {
    // Odd files are refused before anything is made beside them.
    const odd = faultOf(lstatSync(path, { bigint: true }));
    if (odd !== undefined) return refused(odd);
    const leave = await enterQueue(path, deadline);
    if (!leave.ok) return refused(leave.reason);
    if (leave.value === 'busy') return { kind: 'busy', path, holder: await holdersOf(path, true) };
    const result = await lockData(path, deadline);
    if (result.kind !== 'locked') {
      await leave.value();
      return result;
    }
    const release = async () => {
      // In the order of taking, backwards. Closing the last descriptor unlocks.
      // Linux has let go of the descriptor even where close reports an error.
      tryTo(() => closeSync(result.file.descriptor));
      await (leave.value as Leave)();
    };
    return { kind: 'locked', file: { ...result.file, path, release } };
  } catch (error) {
    return refused(reasonOf(error));
  }
}

/** Waits for the head of the queue among vigils. */
async function enterQueue(path: string, deadline: number): Promise<Reading<Leave | 'busy'>> {
  let triedAt = 0;
  for (let pauseMs = shortestTryMs; ; pauseMs = Math.min(pauseMs * 2, longestTryMs)) {
    const isTaken = Date.now() - triedAt < triesApartMs && existsSync(queueLockOf(path));
    if (!isTaken) {
      triedAt = Date.now();
      const place = await takePlace(path);
      if (place !== 'taken') return place;
    }
    if (Date.now() >= deadline) return { ok: true, value: 'busy' };
    await new Promise(resolve => setTimeout(resolve, pauseMs * (0.5 + Math.random() / 2)));
  }
}

type Leave = () => Promise<void>;

async function takePlace(path: string): Promise<Reading<Leave> | 'taken'> {
  const { default: lockfile } = await import('proper-lockfile');
  try {
    const release = await lockfile.lock(path, {
      realpath: false,
      stale: staleMs,
      update: refreshMs,
      // Stopped for longer than the queue waits: flock still is ours, and is what counts.
      onCompromised: () => undefined,
    });
    return { ok: true, value: () => release().catch(() => undefined) };
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'ELOCKED';
    return isTaken ? 'taken' : { ok: false, reason: reasonOf(error) };
  }
}

/** The flock itself; begun anew where the file was replaced while we waited for it. */
async function lockData(path: string, deadline: number) {
  const refused = (reason: string) => ({ kind: 'refused', path, reason }) as const;
  for (let attempt = 0; attempt < mostReplacements; attempt++) {
    const file = openOwnFile(path, constants.O_RDWR);
    if (!file.ok) return refused(file.reason);
    const { descriptor, info } = file.value;
    const result = await flock(descriptor, 'exclusive', Math.max(1, deadline - Date.now()));
    if (result === 'locked') {
      const now = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (now?.ino === info.ino && now.dev === info.dev)
        return { kind: 'locked', file: file.value } as const;
    }
    closeSync(descriptor);
    if (result === 'missing')
      return refused(
        'flock(1) is not installed (util-linux), so the orchestrator could not be kept out',
      );
    if (result === 'failed')
      return refused('flock(1) could not do its work, so the orchestrator could not be kept out');
    if (result === 'busy')
      return { kind: 'busy', path, holder: await holdersOf(path, false) } as const;
  }
  return refused('it is replaced by another writer again and again');
}
