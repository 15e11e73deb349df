/** Effects: what the reducer requests of the machine and the terminal, as data. `perform.ts` performs them
 * and reports results as events. */

import type { Wanted } from '../../core/inventory/inspector.ts';
import type { AlertWay } from '../../core/model/alert.ts';
import type { Row, Snapshot } from '../../core/model/model.ts';
import type { ColumnName } from '../../core/rows/columns.ts';
import type { CustomCommand } from '../../core/rows/custom-command.ts';
import type { FarPlan } from '../../fleet/fleet.ts';
import type { BulkVerb, Dialog, Work } from './dialog.ts';
import type { Notice } from './notice.ts';
import type { PlanStep } from './plan-steps.ts';
import type { State } from './state.ts';

/** Rows that a verb acts on. */
export type Chosen = { readonly snapshot: Snapshot; readonly rows: readonly Row[] };

export type Effect =
  /** Plan the termination of these rows, here or there, and open the plan as a dialog. */
  | PlanStep
  /** The plan of another machine was not confirmed. */
  | { readonly kind: 'drop far'; readonly plan: FarPlan }
  /** Connect to machines that cannot be read at once. */
  | { readonly kind: 'retry hosts'; readonly names: readonly string[] }
  | (Chosen & { readonly kind: 'freeze' })
  /** Plan a signal for these rows, and open the menu of signals. */
  | (Chosen & { readonly kind: 'plan signal' })
  | { readonly kind: 'preview'; readonly of: BulkVerb }
  /** Open the tmux servers without a socket as a dialog. */
  | { readonly kind: 'plan rescue' }
  /** A confirmed plan. */
  | Work
  | { readonly kind: 'attach'; readonly row: Row }
  | { readonly kind: 'run'; readonly command: CustomCommand; readonly row: Row }
  /** `afterMs`: a later one replaces an earlier one that still waits. */
  | (Wanted & { readonly kind: 'inspect'; readonly afterMs: number })
  /** Show this text with the current time. */
  | { readonly kind: 'notice'; readonly text: string }
  /** Report `faded` when this notice has been on the screen for `noticeMs`. */
  | { readonly kind: 'fade'; readonly notice: Notice }
  /** Keep the columns for the next start. */
  | { readonly kind: 'keep columns'; readonly columns: readonly ColumnName[] }
  /** Rows need attention. */
  | { readonly kind: 'alert'; readonly way: AlertWay; readonly text: string }
  /** Report what other vigils have done, here and on the other machines. */
  | { readonly kind: 'remember' }
  | { readonly kind: 'poll' }
  /** The interval has changed: restart the wait. */
  | { readonly kind: 'reschedule' }
  /** Report `armed` when this dialog has been on the screen for `armingMs`. */
  | { readonly kind: 'arm'; readonly dialog: Dialog }
  /** Report the time once, for countdowns. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'suspend' };

export type Step = { readonly state: State; readonly effects: readonly Effect[] };

export function step(state: State, ...effects: readonly Effect[]): Step {
  return { state, effects };
}
