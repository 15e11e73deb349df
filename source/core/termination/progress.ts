/** Progress of a termination in rows, the kill journal and JSON. Deadlines are epoch milliseconds. */

export type ProcessOutcome = 'exited' | 'killed' | 'vanished' | 'survived' | 'denied';
export type TargetOutcome = ProcessOutcome | 'refused';

/** Outcomes after which no process remains. */
const dead: ReadonlySet<string> = new Set(['gone', 'exited', 'killed', 'vanished']);
/** Outcomes after which one may: the row is what it was polled as. */
const bad: ReadonlySet<string> = new Set(['survived', 'denied', 'refused', 'failed']);

export function isDead(stage: Escalation['stage']): boolean {
  return dead.has(stage);
}

/** Being ended, or ended a moment ago: what is polled meanwhile is no verdict. */
export function isEnding(escalation: Escalation | undefined): escalation is Escalation {
  return escalation !== undefined && !bad.has(escalation.stage);
}

export type Escalation =
  | { readonly stage: 'waiting' | 'killing' | 'verifying' | 'gone' | 'failed' }
  | { readonly stage: 'asked'; readonly deadline: number }
  | {
      readonly stage: 'terminating';
      readonly attempt: number;
      readonly of: number;
      readonly deadline: number;
    }
  /** Finished; the outcome stays visible until `shownUntil`. */
  | {
      readonly stage: TargetOutcome;
      readonly shownUntil: number;
      /** The pid that still runs, or runs again. */
      readonly alive?: number;
      /** That one, and all others that do. */
      readonly remaining?: readonly number[];
    };
