/** System time, or a manual clock in tests. */
export type Clock = {
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** Monotonic clock for durations, milliseconds. */
  steadyNow(): number;
  /** Resolves after `ms`, or immediately when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets pending input, signals and child process output be handled first. */
  yieldToEventLoop(): Promise<void>;
};
