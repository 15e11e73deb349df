/** The queue among vigils for one registry: a lock of proper-lockfile beside it. Only one of them at a
 * time then asks for the flock, which is the lock that counts. */
import { existsSync, mkdirSync, rmdirSync, statSync, utimesSync } from 'node:fs';
import type { Reading } from '../../core/model/model.ts';
import { reasonOf } from '../registry/safe-file.ts';
import { queueLockOf } from './lock-holders.ts';

export type Leave = () => Promise<void>;

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

/** Waits for the head of the queue, until `deadline` (epoch milliseconds). */
export async function enterQueue(path: string, deadline: number): Promise<Reading<Leave | 'busy'>> {
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

async function takePlace(path: string): Promise<Reading<Leave> | 'taken'> {
  const { default: lockfile } = await import('proper-lockfile');
  try {
    const release = await lockfile.lock(path, {
      realpath: false,
      stale: staleMs,
      update: refreshMs,
      fs: files,
      // Stopped for longer than the queue waits: flock still is ours, and is what counts.
      onCompromised: () => undefined,
    });
    return { ok: true, value: () => release().catch(() => undefined) };
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'ELOCKED';
    return isTaken ? 'taken' : { ok: false, reason: reasonOf(error) };
  }
}

type Call = (...words: readonly never[]) => unknown;
type Answer = (error: unknown, value?: unknown) => void;

/** What proper-lockfile does with files, done at once: through Node's threads each step takes longer
 * than the step, and under load an update spends more time on its place in the queue than on itself. */
const files = {
  mkdir: atOnce(mkdirSync as Call),
  rmdir: atOnce(rmdirSync as Call),
  stat: atOnce(statSync as Call),
  utimes: atOnce(utimesSync as Call),
  rmdirSync,
};

function atOnce(call: Call) {
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
