/** Time, as the Host seam has it. */
import type { Clock } from '../core/host.ts';

export const clock: Clock = {
  now: () => Date.now(),
  steadyNow: () => performance.now(),
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
};
