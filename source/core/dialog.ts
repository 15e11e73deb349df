/** What asks before something is changed. It opens over the table and holds what it was opened for:
 * looks that come meanwhile change nothing in it. */
import type { ShutdownReport } from './lifecycle/shutdown.ts';
import {
  isEmptySweep,
  type SweepPlan,
  type SweepReport,
  type SweepSurvey,
} from './lifecycle/sweep.ts';
import { isEmpty, type ReconcilePlan } from './reconcile/plan.ts';
import type { Report, Survey } from './reconcile/reconcile.ts';
import type { EndPlan } from './termination/plan.ts';

/** What a survey is for. */
export type Asked = 'reconcile' | 'sweep' | 'shutdown';

export type Dialog =
  | { readonly kind: 'surveying'; readonly what: Asked }
  | { readonly kind: 'preview'; readonly plan: ReconcilePlan }
  | { readonly kind: 'writing'; readonly plan: ReconcilePlan }
  | { readonly kind: 'report'; readonly report: Report }
  /** What would be signalled; frozen at the key press. */
  | { readonly kind: 'end'; readonly plan: EndPlan; readonly force: boolean }
  | { readonly kind: 'sweep'; readonly plan: SweepPlan }
  | { readonly kind: 'swept'; readonly report: SweepReport }
  /** Goes ahead when the word is typed. */
  | {
      readonly kind: 'shutdown';
      readonly plan: SweepPlan;
      readonly typed: string;
      /** What was said yes with instead of the word. */
      readonly wrong?: string;
    }
  | { readonly kind: 'shut down'; readonly report: ShutdownReport }
  /** Endings are under way. */
  | { readonly kind: 'quit'; readonly endings: number }
  /** Nothing is changed, and why. */
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

export type DialogEvent =
  | { readonly kind: 'surveyed'; readonly survey: Survey }
  | { readonly kind: 'left-overs found'; readonly survey: SweepSurvey }
  | { readonly kind: 'reconciled'; readonly report: Report };

/** @returns the dialog that R, w or Q opens. */
export function openedDialog(what: Asked, readOnly: boolean): Dialog {
  return readOnly
    ? { kind: 'refused', reasons: ['--read-only: no key changes anything'] }
    : { kind: 'surveying', what };
}

/** What the event makes of the dialog that is open; one that was left before is not opened again. */
export function nextDialog(dialog: Dialog, event: DialogEvent): Dialog {
  if (event.kind === 'reconciled')
    return dialog.kind === 'writing' ? { kind: 'report', report: event.report } : dialog;
  if (dialog.kind !== 'surveying' || (event.kind === 'surveyed') !== (dialog.what === 'reconcile'))
    return dialog;
  if (event.kind === 'left-overs found') {
    const { survey } = event;
    if (survey.kind === 'unreadable') return { kind: 'refused', reasons: survey.reasons };
    return dialog.what === 'sweep'
      ? { kind: 'sweep', plan: survey.plan }
      : { kind: 'shutdown', plan: survey.plan, typed: '' };
  }
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
  if (dialog.kind === 'shutdown')
    return dialog.typed === '' ? dialog : { ...dialog, typed: '', wrong: dialog.typed };
  return dialog.kind === 'preview' && !isEmpty(dialog.plan)
    ? { kind: 'writing', plan: dialog.plan }
    : dialog;
}

export const shutdownWord = 'shutdown';

/** True where a yes sends the dialog away: what it asked about goes on beside the table. */
export function isGranted(dialog: Dialog): boolean {
  if (dialog.kind === 'sweep') return !isEmptySweep(dialog.plan);
  if (dialog.kind === 'end') return isAsking(dialog);
  return dialog.kind === 'shutdown' && dialog.typed === shutdownWord;
}

/** The word of a shutdown as it is typed. @param change of what stands there. */
export function typed(dialog: Dialog, change: (text: string) => string): Dialog {
  if (dialog.kind !== 'shutdown') return dialog;
  return {
    ...dialog,
    typed: change(dialog.typed).slice(0, shutdownWord.length),
    wrong: undefined,
  };
}

/** Whether there is anything to say yes to. */
export function isAsking(dialog: Dialog): boolean {
  if (dialog.kind === 'preview') return !isEmpty(dialog.plan);
  if (dialog.kind === 'end') return dialog.plan.targets.some(each => each.refused === undefined);
  return dialog.kind === 'sweep' ? !isEmptySweep(dialog.plan) : true;
}

/** A change that is under way is not left by a key. */
export function mayLeave(dialog: Dialog): boolean {
  return dialog.kind !== 'writing';
}
