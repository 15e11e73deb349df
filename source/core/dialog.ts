/** What asks before something is changed. It opens over the table and holds what it was opened for:
 * looks that come meanwhile change nothing in it. */
import { isEmpty, type ReconcilePlan } from './reconcile/plan.ts';
import type { Report, Survey } from './reconcile/reconcile.ts';
import type { EndPlan } from './termination/plan.ts';

export type Dialog =
  | { readonly kind: 'surveying' }
  | { readonly kind: 'preview'; readonly plan: ReconcilePlan }
  | { readonly kind: 'writing'; readonly plan: ReconcilePlan }
  | { readonly kind: 'report'; readonly report: Report }
  /** What would be signalled; frozen at the key press. */
  | { readonly kind: 'end'; readonly plan: EndPlan; readonly force: boolean }
  /** Endings are under way. */
  | { readonly kind: 'quit'; readonly endings: number }
  /** Nothing is changed, and why. */
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

export type DialogEvent =
  | { readonly kind: 'surveyed'; readonly survey: Survey }
  | { readonly kind: 'reconciled'; readonly report: Report };

/** @returns the dialog that R opens. */
export function openedDialog(readOnly: boolean): Dialog {
  return readOnly
    ? { kind: 'refused', reasons: ['--read-only: no key changes anything'] }
    : { kind: 'surveying' };
}

/** What the event makes of the dialog that is open; one that was left before is not opened again. */
export function nextDialog(dialog: Dialog, event: DialogEvent): Dialog {
  if (event.kind === 'reconciled')
    return dialog.kind === 'writing' ? { kind: 'report', report: event.report } : dialog;
  if (dialog.kind !== 'surveying') return dialog;
  const { survey } = event;
  switch (survey.kind) {
    case 'planned':
      return { kind: 'preview', plan: survey.plan };
    case 'unreadable':
      return { kind: 'refused', reasons: survey.reasons };
    case 'lost':
      return {
        kind: 'refused',
        reasons: [...survey.reasons, 'vigil reconcile --restore lists backups'],
      };
  }
}

/** @returns the dialog after a yes; the same where there is nothing to say yes to. */
export function confirmed(dialog: Dialog): Dialog {
  return dialog.kind === 'preview' && !isEmpty(dialog.plan)
    ? { kind: 'writing', plan: dialog.plan }
    : dialog;
}

/** A change that is under way is not left by a key. */
export function mayLeave(dialog: Dialog): boolean {
  return dialog.kind !== 'writing';
}
