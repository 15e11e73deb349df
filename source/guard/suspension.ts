/** Notices that the machine slept or that this process was stopped: between two marks much more time
 * passed than can have been used. What was seen before is out of date then. */
import type { Monitor } from '../core/inventory/monitor.ts';
import type { Clock } from '../core/ports/clock.ts';

/** A delay of this much is none of a busy machine. */
const lateMs = 5000;
/** Longest polls: every source has two seconds, and there are up to two polls with a pause. */
const slowestPollMs = 10_000;

/** Time between two beats, milliseconds. */
export const beatMs = 1000;

export type Suspension = ReturnType<typeof createSuspension>;

/** The wall clock is compared: the steady one does not count a suspended machine's time. A clock
 * that is set ahead or back counts as a suspension too, which costs one run.
 * @param beats whether `beat` is called all the time; without it only polls and sleeps are timed. */
export function createSuspension(clock: Clock, beats: boolean) {
  let ms = 0;
  let markedAt = clock.now();
  const mark = (longestMs: number) => {
    const now = clock.now();
    const late = now - markedAt - longestMs - lateMs;
    if (late > 0) ms += late + lateMs;
    // Set back: times of earlier polls are in the future.
    const backMs = markedAt - now;
    if (backMs > lateMs) ms += backMs;
    markedAt = now;
  };
  const beat = () => mark(beatMs);
  const watched = async <T>(work: () => Promise<T>, longestMs: number): Promise<T> => {
    beat();
    const result = await work();
    mark(beats ? beatMs : longestMs);
    return result;
  };
  return {
    beat,
    /** The same clock; its sleeps are watched. */
    clock: {
      ...clock,
      sleep: (waitMs: number, signal?: AbortSignal) =>
        watched(() => clock.sleep(waitMs, signal), waitMs),
    } satisfies Clock,
    /** The same monitor; its polls are watched. */
    monitorOf: (monitor: Monitor): Monitor => ({
      ...monitor,
      poll: () => watched(() => monitor.poll(), slowestPollMs),
      pollUntilSettled: () => watched(() => monitor.pollUntilSettled(), slowestPollMs),
      pollTwice: () => watched(() => monitor.pollTwice(), slowestPollMs),
    }),
    /** @returns milliseconds of suspension since the last call; 0 if there was none. */
    take(): number {
      beat();
      const taken = ms;
      ms = 0;
      return taken;
    },
    /** Whether there was one since the last `take`. */
    hasBeen(): boolean {
      beat();
      return ms > 0;
    },
  };
}
