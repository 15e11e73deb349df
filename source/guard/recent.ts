/** Reads what is new in the audit log for the alerts: once for each poll. */
import type { Cleanup, LogNews } from './cleanups.ts';

const hourMs = 3_600_000;

export type RecentLog = {
  /** Cleanups of the last hour. */
  lastHour(): readonly Cleanup[];
};

/** @param read what was added to the log since its last call. @param now epoch milliseconds. */
export function createRecentLog(read: () => LogNews, now: () => number): RecentLog {
  let recent: readonly Cleanup[] = [];
  return {
    lastHour() {
      const isRecent = ({ at }: Cleanup) => now() - at < hourMs;
      recent = [...recent, ...read().cleanups].filter(isRecent);
      return recent;
    },
  };
}
