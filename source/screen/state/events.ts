/** What happened, in the past tense: the only things that change the state. */

import type { Inspection } from '../../core/model/inspection.ts';
import type { Snapshot } from '../../core/model/model.ts';
import type { EndEvent } from '../../core/termination/end.ts';
import type { Clocks } from '../../core/termination/escalation.ts';
import type { Action } from './actions.ts';
import type { Dialog, DialogEvent } from './dialog.ts';

export type Event =
  /** `drift`: what a reconcile would change, in a few words. */
  | { readonly kind: 'polled'; readonly snapshot: Snapshot; readonly drift?: string }
  | ({ readonly kind: 'measured' } & Bounds)
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  | { readonly kind: 'opened'; readonly dialog: Dialog }
  /** The dialog has been on the screen for `armingMs`. */
  | { readonly kind: 'armed'; readonly dialog: Dialog }
  /** `at`: epoch milliseconds; what counts down counts to it. */
  | { readonly kind: 'ticked'; readonly at: number }
  /** One ending is a stage further, or over. */
  | { readonly kind: 'progressed'; readonly event: EndEvent; readonly clock: Clocks }
  /** The whole of a confirmed plan is done and recorded. */
  | {
      readonly kind: 'finished';
      /** Of the rows that the plan was about. */
      readonly keys: readonly string[];
      readonly at: number;
      readonly notice: string;
      /** Opened, unless something else is open. */
      readonly report?: Dialog;
    }
  /** `at`: epoch milliseconds; it is shown for a short while from then. */
  | { readonly kind: 'noticed'; readonly notice: string; readonly at: number }
  | DialogEvent
  | { readonly kind: 'requested'; readonly action: Action };

/** What the view has measured: how many rows its window holds, and how many lines lie over the table. */
export type Bounds = { readonly windowRows: number; readonly overlayRows: number };
