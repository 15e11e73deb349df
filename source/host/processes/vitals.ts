/** How the machine is: its load and memory, and what vigil takes of it. Cheap enough for every look. */
import { readFileSync } from 'node:fs';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import type { Vitals } from '../../core/model/model.ts';

/** @returns what reads the vitals, and nothing where the machine does not tell them (Linux without /proc);
 * its CPU share is since the reading before: the first has none, a start tells nothing. */
export function createVitalsReader(): () => Vitals | undefined {
  const read = vitalsReader();
  return () => {
    try {
      return read();
    } catch {
      return undefined;
    }
  };
}

function vitalsReader(): () => Vitals {
  const cores = availableParallelism();
  let usedMs: number | undefined;
  let readAt = 0;
  return () => {
    const { user, system } = process.cpuUsage();
    const nowMs = performance.timeOrigin + performance.now();
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
  };
}

/** Free memory leaves out the caches, which the kernel gives back when it is asked (proc(5)). */
function availableBytes(): number {
  try {
    const found = /^MemAvailable: +(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'latin1'));
    return found === null ? freemem() : Number(found[1]) * 1024;
  } catch {
    return freemem();
  }
}
