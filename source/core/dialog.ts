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

/** Shown for every key that would change something. */
export const readOnlyNotice = 'Read-only mode: this key is disabled';

/** @returns the dialog that R, w or Q opens. */
export function openedDialog(what: Asked, readOnly: boolean): Dialog {
  return readOnly ? { kind: 'refused', reasons: [readOnlyNotice] } : { kind: 'surveying', what };
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
        reasons: [...survey.reasons, 'see vigil reconcile --restore for backups'],
      };
  }
}

export const shutdownWord = 'shutdown';

/** What a yes sets going. */
export type Work =
  | { readonly kind: 'end'; readonly plan: EndPlan; readonly force: boolean }
  | { readonly kind: 'sweep' | 'shutdown'; readonly plan: SweepPlan }
  | { readonly kind: 'reconcile'; readonly plan: ReconcilePlan }
  | { readonly kind: 'quit' };

export type Answer = {
  /** What stays open; nothing where the work goes on beside the table. */
  readonly next?: Dialog;
  readonly work?: Work;
};

/** What a yes means; the same dialog where there is nothing to say yes to. */
export function answerTo(dialog: Dialog): Answer {
  switch (dialog.kind) {
    case 'end':
      return isEnding(dialog.plan) ? { work: dialog } : { next: dialog };
    case 'sweep':
      return isEmptySweep(dialog.plan) ? { next: dialog } : { work: dialog };
    case 'shutdown': {
      const { typed, plan } = dialog;
      if (typed === shutdownWord) return { work: { kind: 'shutdown', plan } };
      return { next: typed === '' ? dialog : { ...dialog, typed: '', wrong: typed } };
    }
    case 'preview': {
      const { plan } = dialog;
      if (isEmpty(plan)) return { next: dialog };
      return { next: { kind: 'writing', plan }, work: { kind: 'reconcile', plan } };
    }
    case 'quit':
      return { next: dialog, work: dialog };
    case 'surveying':
    case 'writing':
    case 'report':
    case 'swept':
    case 'shut down':
    case 'refused':
      return { next: dialog };
  }
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

/** The same question, whatever of its answer has been typed by now. */
export function isSameQuestion(one: Dialog, other: Dialog): boolean {
  const planOf = (dialog: Dialog) => ('plan' in dialog ? dialog.plan : undefined);
  return one.kind === other.kind && planOf(one) === planOf(other);
}

/** Whether anybody of it would be ended. */
export function isEnding({ targets }: EndPlan): boolean {
  return targets.some(target => target.refused === undefined);
}

/** A change that is under way is not left by a key. */
export function mayLeave(dialog: Dialog): boolean {
  return dialog.kind !== 'writing';
}
