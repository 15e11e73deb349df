/** What a row has used in the last minutes. */

/** Spans of time of a whole trend: ten minutes in spans of fifteen seconds. */
export const trendSpans = 40;

/** What a row has used in each span, oldest first; the last one is the current span. NaN: not polled. */
export type Trend = {
  /** Of one core. */
  readonly cpuPercent: readonly number[];
  readonly rssBytes: readonly number[];
};

/** Fast memory growth. */
export type Growth = {
  readonly bytesPerSecond: number;
  /** Time until the machine runs out of memory at this rate. */
  readonly fullInMs?: number;
};
