/** The demo's story under a manual clock: an hour of it passes in no time. */
import { createMonitor } from '../../source/core/inventory/monitor.ts';
import { createDemoHost } from '../../source/demo/demo.ts';
import { knowledge } from './inventory.ts';
import { manualClock } from './manual-clock.ts';

export function demoWorld() {
  const { clock, pass } = manualClock(Date.UTC(2026, 0, 15, 12));
  const host = createDemoHost(clock);
  const monitor = createMonitor(host, knowledge);
  const seconds = () => clock.steadyNow() / 1000;
  return {
    host,
    monitor,
    recogniser: knowledge.recogniser,
    seconds,
    /** Nothing polls meanwhile. */
    pass: (more: number) => pass(more * 1000),
    /** A poll every `everySeconds`, the last one at `untilSeconds` of the story. */
    async watch(untilSeconds: number, everySeconds = 2) {
      const seen = [await monitor.poll()];
      while (seconds() + everySeconds <= untilSeconds) {
        pass(everySeconds * 1000);
        seen.push(await monitor.poll());
      }
      return seen;
    },
  };
}
