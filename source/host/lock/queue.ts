/** The queue among vigils for one registry: a proper-lockfile lock beside it. Only its head asks
 * for the flock, which is the authoritative lock. */
import { existsSync, mkdirSync, rmdirSync, statSync, utimesSync } from 'node:fs';
import type { Reading } from '../../core/model/model.ts';
import { reasonOf } from '../registry/safe-file.ts';
import { codeOf } from '../run/try-to.ts';
import { queueLockOf } from './lock-holders.ts';

/** A place at the head of the queue. */
export type Turn = {
  leave(): Promise<void>;
  /** Another vigil was before us. */
  readonly hasQueued: boolean;
};

/** The queue lock of a killed vigil goes stale after this time. Its successor still waits for the
 * flock, so a holder that is merely stopped loses nothing. */
const staleMs = 2000;
const refreshMs = 1000;
/** Polling interval of the queue: it grows, because sixteen busy pollers leave no processor to
 * the writer, and is random, so that pollers spread out. */
const shortestTryMs = 4;
const longestTryMs = 64;
/** A stat is cheap; a lock attempt also detects a stale queue lock. */
const lockAttemptMs = 250;

/** Waits for the head of the queue until `deadline` (epoch milliseconds). */
export async function enterQueue(path: string, deadline: number): Promise<Reading<Turn | 'busy'>> {
  let hasQueued = false;
  let attemptedAt = 0;
  for (let pauseMs = shortestTryMs; ; pauseMs = Math.min(pauseMs * 2, longestTryMs)) {
    const isTaken = Date.now() - attemptedAt < lockAttemptMs && existsSync(queueLockOf(path));
    if (!isTaken) {
      attemptedAt = Date.now();
      const lock = await tryLock(path);
      if (lock !== 'taken')
        return lock.ok ? { ok: true, value: { leave: lock.value, hasQueued } } : lock;
    }
    hasQueued = true;
    if (Date.now() >= deadline) return { ok: true, value: 'busy' };
    await new Promise(resolve => setTimeout(resolve, pauseMs * (0.5 + Math.random() / 2)));
  }
}

async function tryLock(path: string): Promise<Reading<Turn['leave']> | 'taken'> {
  const { default: lockfile } = await import('proper-lockfile');
  try {
    const release = await lockfile.lock(path, {
      realpath: false,
      lockfilePath: queueLockOf(path),
      stale: staleMs,
      update: refreshMs,
      fs: files,
      // After a stop longer than the stale time the flock is still held, and that is what
      // counts.
      onCompromised: () => undefined,
    });
    return { ok: true, value: () => release().catch(() => undefined) };
  } catch (error) {
    return codeOf(error) === 'ELOCKED' ? 'taken' : { ok: false, reason: reasonOf(error) };
  }
}

type Call = (...words: readonly never[]) => unknown;
type Answer = (error: unknown, value?: unknown) => void;

/** Synchronous file calls for proper-lockfile: through Node's thread pool each call costs more in
 * latency than in work, and under load an update would spend most of its time on the queue. */
const files = {
  mkdir: synchronous(mkdirSync as Call),
  rmdir: synchronous(rmdirSync as Call),
  stat: synchronous(statSync as Call),
  utimes: synchronous(utimesSync as Call),
  rmdirSync,
};

function synchronous(call: Call) {
  return (...words: readonly unknown[]) => {
    const answer = words.at(-1) as Answer;
    let value: unknown;
    try {
      value = call(...(words.slice(0, -1) as never[]));
    } catch (error) {
      answer(error);
      return;
    }
    answer(null, value);
  };
}
