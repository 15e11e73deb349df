/** Time that passes only when something sleeps, or a test says so. */
import type { Clock } from '../../source/core/ports/clock.ts';

export function manualClock(began: number) {
  let ms = 0;
  let backMs = 0;
  const clock: Clock = {
    now: () => began + ms - backMs,
    steadyNow: () => ms,
    async sleep(waitMs, signal) {
      if (!signal?.aborted) ms += Math.max(1, waitMs);
    },
    yieldToEventLoop: async () => undefined,
  };
  return {
    clock,
    pass(more: number) {
      ms += more;
    },
    /** Sets the time of day back, not the steady one. */
    setBack(by: number) {
      backMs += by;
    },
  };
}
