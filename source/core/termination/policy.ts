/** How long an ending waits for what, in milliseconds. */
export type Policy = {
  /** Deadlines of the attempts, one after the other: how long each waits for death. */
  readonly attemptMs: readonly number[];
  /** Send SIGUSR1 first and wait this long. */
  readonly askMs?: number;
  /** SIGKILL at once. */
  readonly force: boolean;
  /** How long to look for what comes back to life after the outcome. */
  readonly settleMs: number;
};

/** The defaults: the attempts end 0.5, 1.5 and 3.5 s after SIGTERM. */
export const defaultPolicy: Policy = {
  attemptMs: [500, 1000, 2000],
  force: false,
  settleMs: 500,
};

/** SIGUSR1 is answered by then or not at all. */
export const askMs = 1000;
/** SIGKILL cannot be refused: who lives longer is stuck in the kernel. */
export const killingMs = 5000;
export const mostKillRounds = 20;
/** Gone in two looks this far apart is gone. */
export const verifyMs = 50;
