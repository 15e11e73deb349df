/** Statistics of cleanups, for `vigil log --stats`. */
import { groupBy } from '../core/model/group-by.ts';
import type { Cleanup } from './cleanups.ts';
import { quantile } from './quantile.ts';

export type CleanupStats = {
  readonly count: number;
  /** When the first and the last one ended, epoch milliseconds. */
  readonly from?: number;
  readonly to?: number;
  /** Of those that were not interrupted, milliseconds; undefined without any. */
  readonly durations?: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly longest: number;
  };
  /** Counts by outcome, most frequent first. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** How many needed SIGKILL after a gentler signal. */
  readonly escalated: number;
  readonly retries: number;
  readonly respawned: number;
};

export function statsOf(cleanups: readonly Cleanup[]): CleanupStats {
  const times = cleanups.map(({ at }) => at);
  const durations = cleanups
    .filter(({ outcome }) => outcome !== 'interrupted')
    .map(({ durationMs }) => durationMs);
  const at = (share: number) => quantile(durations, share) ?? 0;
  const outcomes = [...groupBy(cleanups, ({ outcome }) => outcome)]
    .map(([outcome, group]) => [outcome, group.length] as const)
    .sort(([, a], [, b]) => b - a);
  return {
    count: cleanups.length,
    from: times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b)),
    to: times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b)),
    durations:
      durations.length === 0
        ? undefined
        : { p50: at(0.5), p95: at(0.95), p99: at(0.99), longest: at(1) },
    outcomes: new Map(outcomes),
    escalated: cleanups.filter(({ escalated }) => escalated).length,
    retries: cleanups.reduce((sum, { retries }) => sum + retries, 0),
    respawned: cleanups.filter(({ respawnedBy }) => respawnedBy !== undefined).length,
  };
}
