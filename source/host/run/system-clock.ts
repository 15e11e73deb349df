/** The Clock port on the real machine. */
import type { Clock } from '../../core/ports/clock.ts';

export const clock: Clock = {
  now: () => Date.now(),
  // performance.now() would load Node's whole performance module.
  steadyNow: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1000 + nanoseconds / 1e6;
  },
  sleep: (ms, signal) =>
    new Promise(resolve => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      signal?.addEventListener('abort', finish);
    }),
  yieldToEventLoop: () => new Promise(resolve => setImmediate(resolve)),
};
