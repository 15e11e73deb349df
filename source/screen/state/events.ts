/** Events, in the past tense: the only input that changes the state. */

import type { GuardStatus } from '../../core/model/guard-status.ts';
import type { HostLine } from '../../core/model/host-line.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { Reading, Snapshot } from '../../core/model/model.ts';
import type { EndEvent } from '../../core/termination/end.ts';
import type { EndPlan } from '../../core/termination/end-plan.ts';
import type { Clocks } from '../../core/termination/escalation.ts';
import type { TargetOutcome } from '../../core/termination/progress.ts';
import type { FarPlan } from '../../fleet/fleet.ts';
import type { Action } from './actions.ts';
import type { Dialog, DialogEvent } from './dialog.ts';
import type { Mood, Notice } from './notice.ts';
import type { FarRequest } from './plan-steps.ts';

export type Event =
  /** `deadEntries`: active registry entries of which nothing is alive. */
  | {
      readonly kind: 'polled';
      readonly snapshot: Snapshot;
      readonly deadEntries?: number;
      readonly guard?: GuardStatus;
      /** The machines whose rows the snapshot has; undefined without a fleet. */
      readonly hosts?: readonly HostLine[];
    }
  | ({ readonly kind: 'measured' } & Bounds)
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  | { readonly kind: 'opened'; readonly dialog: Dialog }
  /** A signal was planned: the menu opens. `resumed`: pids that tmux would resume. */
  | {
      readonly kind: 'signal planned';
      readonly plan: EndPlan;
      readonly resumed: ReadonlySet<number>;
    }
  /** Another machine has answered with its plan, or there is none. */
  | {
      readonly kind: 'far planned';
      readonly request: FarRequest;
      readonly planned: Reading<FarPlan>;
    }
  /** The dialog has been on the screen for `armingMs`. */
  | { readonly kind: 'armed'; readonly dialog: Dialog }
  /** `at`: epoch milliseconds, for countdowns. */
  | { readonly kind: 'ticked'; readonly at: number }
  /** One termination reached its next stage, or finished. */
  | { readonly kind: 'progressed'; readonly event: EndEvent; readonly clock: Clocks }
  /** A confirmed plan is fully done and recorded. */
  | (Outcome & {
      readonly kind: 'finished';
      /** Row keys of the plan. */
      readonly keys: readonly string[];
      readonly at: number;
      /** Outcomes by row key, of rows that no `progressed` was reported for. */
      readonly outcomes?: ReadonlyMap<string, TargetOutcome>;
    })
  /** `at`: epoch milliseconds; it is shown for a short while from then. */
  | {
      readonly kind: 'noticed';
      readonly notice: string;
      readonly mood?: Mood;
      readonly at: number;
    }
  /** The notice has been shown long enough. */
  | { readonly kind: 'faded'; readonly notice: Notice }
  /** What other vigils have done, oldest first; it takes the place of what was reported before. */
  | { readonly kind: 'remembered'; readonly lines: readonly string[] }
  | DialogEvent
  | { readonly kind: 'requested'; readonly action: Action };

/** What finished work says, and a report that is opened unless something else is open. */
export type Outcome = {
  readonly notice: string;
  readonly mood: Mood;
  /** For the event log, beyond what each termination has put there. */
  readonly said: readonly string[];
  readonly report?: Dialog;
};

/** Measured by the view: rows that fit the window, and lines of the overlay. */
export type Bounds = {
  readonly windowRows: number;
  readonly overlayRows: number;
  /** Cells of the terminal. */
  readonly columns?: number;
  /** Lines of the overlay that the search has found, ascending. */
  readonly matches?: readonly number[];
};
