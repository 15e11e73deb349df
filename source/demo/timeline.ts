/** The made-up machine's own time: events wait in a queue, and happen at their moment however seldom
 * the machine is polled. */
import type { Clock } from '../core/ports/clock.ts';

export type Timeline = ReturnType<typeof createTimeline>;

/** After a longer suspend the story continues where it was, not days later. */
const longestLeapMs = 10 * 60_000;

export function createTimeline(clock: Pick<Clock, 'now'>) {
  let began = clock.now();
  let now = 0;
  const due: { readonly at: number; readonly happen: () => void }[] = [];
  return {
    /** Since the beginning, milliseconds. */
    now: () => now,
    /** The same moment as epoch milliseconds. */
    wall: () => began + now,
    after(ms: number, happen: () => void) {
      due.push({ at: now + ms, happen });
      due.sort((one, other) => one.at - other.at);
    },
    /** Runs what was due until the clock's now. */
    catchUp() {
      began += Math.max(0, clock.now() - began - now - longestLeapMs);
      const until = Math.max(now, clock.now() - began);
      for (let next = due[0]; next !== undefined && next.at <= until; next = due[0]) {
        due.shift();
        now = next.at;
        next.happen();
      }
      now = until;
    },
  };
}
