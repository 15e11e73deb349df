/** What happened, in the past tense: the only things that change the state. */

import type { Action } from './actions.ts';
import type { Dialog, DialogEvent } from './dialog.ts';
import type { Endings } from './endings.ts';
import type { Inspection } from './inspection.ts';
import type { Snapshot } from './model.ts';

export type Event =
  | { readonly kind: 'looked'; readonly snapshot: Snapshot }
  | { readonly kind: 'resized'; readonly windowRows: number }
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  | { readonly kind: 'checked'; readonly drift: string | undefined }
  | { readonly kind: 'opened'; readonly dialog: Dialog }
  /** The dialog has been on the screen for `armingMs`. */
  | { readonly kind: 'armed'; readonly dialog: Dialog }
  /** `at`: epoch milliseconds; what counts down counts to it. */
  | {
      readonly kind: 'ending';
      readonly endings: Endings;
      readonly at: number;
      readonly notice?: string;
      /** For the event log. */
      readonly said?: readonly string[];
    }
  /** `at`: epoch milliseconds; it is shown for a short while from then. */
  | { readonly kind: 'noticed'; readonly notice: string; readonly at: number }
  | DialogEvent
  /** `overlayLines`: how long the help or detail is that lies over the table, if one does. */
  | { readonly kind: 'requested'; readonly action: Action; readonly overlayLines?: number };
