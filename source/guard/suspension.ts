/** Notices that the machine slept or that this process was stopped: work took much longer than it
 * can. What was seen before is out of date then. */
import type { Monitor } from '../core/inventory/monitor.ts';
import type { Clock } from '../core/ports/clock.ts';

/** A sleep of this much more than its time is no delay of a busy machine. */
const lateMs = 5000;
/** Longest polls: every source has two seconds, and there are up to two polls with a pause. */
const slowestPollMs = 10_000;

export type Suspension = ReturnType<typeof createSuspension>;

/** The wall clock is compared: the steady one does not count a suspended machine's time. A clock
 * that is set ahead counts as a suspension too, which costs one run. */
export function createSuspension(clock: Clock) {
  let ms = 0;
  const watched = async <T>(work: () => Promise<T>, longestMs: number): Promise<T> => {
    const before = clock.now();
    const result = await work();
    const late = clock.now() - before - longestMs;
    if (late > 0) ms += late + lateMs;
    return result;
  };
  return {
    /** The same clock; its sleeps are watched. */
    clock: {
      ...clock,
      sleep: (waitMs: number, signal?: AbortSignal) =>
        watched(() => clock.sleep(waitMs, signal), waitMs + lateMs),
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
      const taken = ms;
      ms = 0;
      return taken;
    },
    /** Whether there was one since the last `take`. */
    hasBeen: () => ms > 0,
  };
}
