/** The made-up world's own time: what is to happen waits in a row, and happens at its moment however
 * seldom somebody looks. */
import type { Clock } from '../core/ports/clock.ts';

export type Timeline = {
  /** Since the story began, milliseconds. */
  now(): number;
  /** The same moment as epoch milliseconds. */
  wall(): number;
  at(ms: number, happen: () => void): void;
  after(ms: number, happen: () => void): void;
  /** Lets happen what was due until the clock's now. */
  catchUp(): void;
};

/** Whoever comes back to a machine that slept finds the story where he left it, not days later. */
const longestLeapMs = 10 * 60_000;

export function createTimeline(clock: Pick<Clock, 'now'>): Timeline {
  let began = clock.now();
  let now = 0;
  const due: { readonly at: number; readonly happen: () => void }[] = [];
  const timeline: Timeline = {
    now: () => now,
    wall: () => began + now,
    at(ms, happen) {
      const at = Math.max(now, ms);
      const later = due.findIndex(each => each.at > at);
      due.splice(later < 0 ? due.length : later, 0, { at, happen });
    },
    after: (ms, happen) => timeline.at(now + ms, happen),
    catchUp() {
      const slept = clock.now() - began - now - longestLeapMs;
      if (slept > 0) began += slept;
      const until = Math.max(now, clock.now() - began);
      for (let next = due[0]; next !== undefined && next.at <= until; next = due[0]) {
        due.shift();
        now = next.at;
        next.happen();
      }
      now = until;
    },
  };
  return timeline;
}
