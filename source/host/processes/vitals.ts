/** Load and memory of the machine, and vigil's own usage. Cheap enough for every poll. */
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import type { Vitals } from '../../core/model/model.ts';
import { clock } from '../run/system-clock.ts';
import { textOf, tryTo } from '../run/try-to.ts';
import { procRoot } from './process-source.ts';

/** @returns a reader of the vitals, which returns nothing if the machine does not report them
 * (Linux without /proc). CPU is measured since the previous reading, so the first one has none. */
export function createVitalsReader(): () => Vitals | undefined {
  const cores = availableParallelism();
  let usedMs: number | undefined;
  let readAt = 0;
  return () =>
    tryTo(() => {
      const { user, system } = process.cpuUsage();
      const nowMs = clock.steadyNow();
      const usedNowMs = (user + system) / 1000;
      const ownCpuPercent =
        usedMs === undefined
          ? undefined
          : Math.round((1000 * (usedNowMs - usedMs)) / Math.max(1, nowMs - readAt)) / 10;
      usedMs = usedNowMs;
      readAt = nowMs;
      return {
        load: loadavg()[0] ?? 0,
        cores,
        memoryBytes: totalmem(),
        availableBytes: availableBytes(),
        ownCpuPercent,
        ownRssBytes: process.memoryUsage.rss(),
      };
    });
}

/** Available memory includes the caches, which the kernel frees on demand (proc(5)). */
function availableBytes(): number {
  const found = /^MemAvailable: +(\d+) kB$/m.exec(textOf(`${procRoot}/meminfo`));
  return found === null ? freemem() : Number(found[1]) * 1024;
}
