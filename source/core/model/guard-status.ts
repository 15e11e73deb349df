/** What a guard (`vigil watch`) says about itself, for the screen and for the guard after it. */
import type { ProcessRef } from './process.ts';

export type GuardHealth = 'good' | 'warning' | 'critical';

export type GuardAlert = {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly text: string;
};

/** Times are epoch milliseconds. */
export type GuardStatus = ProcessRef & {
  readonly bootId: string;
  readonly startedAt: number;
  readonly lastLookAt?: number;
  readonly lastRunAt?: number;
  /** Between polls, milliseconds. */
  readonly intervalMs?: number;
  /** What it did last, one sentence, and when. */
  readonly lastAction?: string;
  readonly lastActionAt?: number;
  /** What it is doing: after a kill, what was not finished. */
  readonly doing?: string;
  readonly alerts: readonly GuardAlert[];
  readonly health: GuardHealth;
  /** What the looks of a guard that runs once have agreed on. */
  readonly seen?: readonly (readonly [string, GuardSeen])[];
  /** What such a guard has found, and since when there have been ghosts. */
  readonly found?: readonly GuardFound[];
  readonly ghostsSince?: number;
};

export type GuardFound = {
  readonly key: string;
  readonly name: string;
  readonly subject: string;
  readonly target: string;
};

export type GuardSeen = {
  readonly verdict: string;
  readonly since: number;
  readonly looks: number;
};

/** The process that holds the guard's lock, or held it. */
export type GuardOwner = ProcessRef & {
  readonly bootId: string;
  readonly startedAt: number;
};
