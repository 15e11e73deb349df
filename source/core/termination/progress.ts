/** How far an ending is, as rows, the kill journal and the JSON tell it. Deadlines are epoch milliseconds. */

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
  /** Over; the outcome is shown until then. */
  | { readonly stage: TargetOutcome; readonly shownUntil: number };
