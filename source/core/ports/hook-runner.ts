/** Running a hook: a command of the user's that gets one JSON document on stdin. */

/** `timed-out` and `flooded` (too much output) were killed with their process group. */
export const hookOutcomes = ['ok', 'failed', 'timed-out', 'flooded'] as const;

export type HookRun = {
  readonly outcome: (typeof hookOutcomes)[number];
  /** Why it is not `ok`, as one clause. */
  readonly reason?: string;
  /** What it has printed, on either stream; bounded. */
  readonly output: string;
};

export type HookRunner = {
  /** Never throws. @param argv program and arguments; no shell. */
  run(argv: readonly string[], input: string, timeoutMs: number): Promise<HookRun>;
};
