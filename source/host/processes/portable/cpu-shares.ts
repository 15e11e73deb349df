/** CPU shares from the processor time that ps shows, which on Linux has a resolution of one second. */
import type { PsRow } from './ps-columns.ts';

type Sample = {
  readonly start: string;
  readonly cpuMs: number;
  readonly at: number;
  readonly percent: number;
};

/** A sample is compared with one that is at least this many steps older: the error is a fifth of one step. */
const stepsPerSample = 5;

export function createCpuShares() {
  const samples = new Map<number, Sample>();
  return {
    /** @returns percent of one processor since the last sample; since its start in the first. */
    of({ pid, cpuMs, cpuStepMs, startedAt }: PsRow, start: string, at: number): number {
      const known = samples.get(pid);
      const before = known?.start === start ? known : undefined;
      if (before !== undefined && at - before.at < cpuStepMs * stepsPerSample)
        return before.percent;
      const [usedMs, sinceMs] =
        before === undefined ? [cpuMs, at - startedAt] : [cpuMs - before.cpuMs, at - before.at];
      // A start is known to the second.
      const percent = before === undefined && sinceMs < 1000 ? 0 : shareOf(usedMs, sinceMs);
      samples.set(pid, { start, cpuMs, at, percent });
      return percent;
    },
    forget(living: ReadonlyMap<number, unknown>): void {
      for (const pid of samples.keys()) if (!living.has(pid)) samples.delete(pid);
    },
  };
}

function shareOf(usedMs: number, sinceMs: number): number {
  return sinceMs <= 0 ? 0 : Math.max(0, Math.round((usedMs * 1000) / sinceMs) / 10);
}
