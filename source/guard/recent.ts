/** Reads what is new in the audit log for everything that needs it: once for each poll. */
import type { Cleanup, LogNews } from './cleanups.ts';

const hourMs = 3_600_000;

export type RecentLog = {
  /** News since the last call, for the metrics. */
  news(): LogNews;
  /** Cleanups of the last hour. */
  lastHour(): readonly Cleanup[];
};

/** @param read what was added to the log since its last call. @param now epoch milliseconds.
 * @param isCounted whether `news` is called: otherwise news are not kept for it. */
export function createRecentLog(
  read: () => LogNews,
  now: () => number,
  isCounted: () => boolean,
): RecentLog {
  let recent: readonly Cleanup[] = [];
  let waiting: LogNews = { cleanups: [], lockWaitsMs: [] };
  const update = () => {
    const { cleanups, lockWaitsMs } = read();
    const isRecent = ({ at }: Cleanup) => now() - at < hourMs;
    recent = [...recent, ...cleanups].filter(isRecent);
    if (!isCounted()) return;
    waiting = {
      cleanups: [...waiting.cleanups, ...cleanups],
      lockWaitsMs: [...waiting.lockWaitsMs, ...lockWaitsMs],
    };
  };
  return {
    news() {
      update();
      const news = waiting;
      waiting = { cleanups: [], lockWaitsMs: [] };
      return news;
    },
    lastHour() {
      update();
      return recent;
    },
  };
}
