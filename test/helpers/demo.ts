/** The demo's made-up machine under a manual clock: an hour of it passes in no time. */

import { createMonitor } from '../../source/core/inventory/monitor.ts';
import type { Clock } from '../../source/core/ports/clock.ts';
import { createRecogniser } from '../../source/core/programs/recognise.ts';
import { createDemoHost } from '../../source/demo/host.ts';

export const began = Date.UTC(2026, 0, 15, 12);

export function demoWorld() {
  let ms = 0;
  const clock: Clock = {
    now: () => began + ms,
    steadyNow: () => ms,
    sleep: async waitMs => {
      ms += Math.max(1, waitMs);
    },
    yieldToEventLoop: async () => undefined,
  };
  const host = createDemoHost(clock);
  const recogniser = createRecogniser();
  const monitor = createMonitor(host, {
    recogniser,
    sessionPrefixes: ['agent_', 'claude-agent-'],
  });
  return {
    host,
    monitor,
    recogniser,
    /** Nobody looks meanwhile. */
    pass(seconds: number) {
      ms += seconds * 1000;
    },
    /** A look every `everySeconds`, the last one at `untilSeconds` of the story. */
    async watch(untilSeconds: number, everySeconds = 2) {
      let snapshot = await monitor.look();
      const seen = [snapshot];
      while (ms + everySeconds * 1000 <= untilSeconds * 1000) {
        ms += everySeconds * 1000;
        snapshot = await monitor.look();
        seen.push(snapshot);
      }
      return seen;
    },
    seconds: () => ms / 1000,
  };
}
