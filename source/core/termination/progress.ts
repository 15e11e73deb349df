/** Progress of a termination in rows, the kill journal and JSON. Deadlines are epoch milliseconds. */

export type ProcessOutcome = 'exited' | 'killed' | 'vanished' | 'survived' | 'denied';
export type TargetOutcome = ProcessOutcome | 'refused';

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
  | { readonly stage: TargetOutcome; readonly shownUntil: number };
