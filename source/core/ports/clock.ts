/** Time: the real one, or the manual one of a test. */
export type Clock = {
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** Steady clock for durations, milliseconds. */
  steadyNow(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets pending keys, signals and answers of other programs run first. */
  yieldToEventLoop(): Promise<void>;
};
