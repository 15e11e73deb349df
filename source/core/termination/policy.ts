/** Timeouts of a termination, milliseconds. */
export type Policy = {
  /** How long each attempt waits for the processes to exit. */
  readonly attemptMs: readonly number[];
  /** Soft signal: send SIGUSR1 first and wait this long. */
  readonly softSignalMs?: number;
  /** Start with SIGKILL. */
  readonly force: boolean;
  /** How long to watch for respawns after the outcome. */
  readonly settleMs: number;
};

/** The defaults: the attempts end 0.5, 1.5 and 3.5 s after SIGTERM. */
export const defaultPolicy: Policy = {
  attemptMs: [500, 1000, 2000],
  force: false,
  settleMs: 500,
};

/** Wait after SIGUSR1. */
export const softSignalMs = 1000;
/** A process still alive this long after SIGKILL is blocked in the kernel. */
export const killingMs = 5000;
export const maxKillRounds = 20;
/** A target must be absent in two polls this far apart to count as gone. */
export const verifyMs = 50;
