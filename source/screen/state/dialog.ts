/** Dialogs that confirm a change. A dialog keeps the plan it was opened with: polls meanwhile do not change
 * it. */
import type { RescuePlan } from '../../core/lifecycle/rescue.ts';
import type { ShutdownReport } from '../../core/lifecycle/shutdown.ts';
import {
  isEmptySweep,
  type SweepPlan,
  type SweepPreview,
  type SweepReport,
} from '../../core/lifecycle/sweep.ts';
import type { SignalName } from '../../core/model/signal-names.ts';
import type { Preview, Report } from '../../core/reconcile/reconcile.ts';
import { isEmpty, type ReconcilePlan } from '../../core/reconcile/reconcile-plan.ts';
import type { EndPlan } from '../../core/termination/end-plan.ts';
import { signalledTargets } from '../../core/termination/send-signal.ts';
import type { FarOutcome, FarPlan } from '../../fleet/fleet.ts';
import type { FarRequest } from './plan-steps.ts';

/** Verbs on the whole machine, which show their plan first. */
export type BulkVerb = 'reconcile' | 'sweep' | 'shutdown';

/** The reason to record, and whether it is being typed: then `y` is a letter. */
export type Reasoned = {
  readonly reason?: { readonly text: string; readonly isTyped: boolean };
};

/** A word that is being typed. */
type Typed = {
  readonly typed: string;
  /** The text that was entered instead of the word. */
  readonly wrong?: string;
};

export type Dialog =
  | { readonly kind: 'previewing'; readonly what: BulkVerb }
  | { readonly kind: 'preview'; readonly plan: ReconcilePlan }
  | { readonly kind: 'writing'; readonly plan: ReconcilePlan }
  | { readonly kind: 'report'; readonly report: Report }
  /** What would be signalled; fixed at the key press. */
  | (Reasoned & { readonly kind: 'end'; readonly plan: EndPlan; readonly force: boolean })
  | (Reasoned & { readonly kind: 'sweep'; readonly plan: SweepPlan })
  /** A signal to every process of the plan, once. */
  | { readonly kind: 'signal'; readonly plan: EndPlan; readonly signal: SignalName }
  /** SIGUSR1 to tmux servers whose socket was removed. */
  | { readonly kind: 'rescue'; readonly plan: RescuePlan }
  | { readonly kind: 'swept'; readonly report: SweepReport }
  /** Confirmed by typing the word. */
  | (Typed & { readonly kind: 'shutdown'; readonly plan: SweepPlan })
  | { readonly kind: 'shut down'; readonly report: ShutdownReport }
  /** The vigil of another machine is asked for its plan; then its plan, which it executes there. */
  | { readonly kind: 'far planning'; readonly request: FarRequest }
  | (Typed &
      Reasoned & {
        readonly kind: 'far';
        readonly plan: FarPlan;
        readonly request: FarRequest;
      })
  | {
      readonly kind: 'far done';
      readonly request: FarRequest;
      readonly outcome: FarOutcome;
    }
  /** Terminations are running. */
  | { readonly kind: 'quit'; readonly endings: number }
  /** Nothing was changed, and why. */
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

export type DialogEvent =
  | { readonly kind: 'reconcile previewed'; readonly found: Preview }
  | { readonly kind: 'sweep previewed'; readonly found: SweepPreview }
  | { readonly kind: 'reconciled'; readonly report: Report };

/** The next state of the open dialog; a dialog closed before is not opened again. */
export function nextDialog(dialog: Dialog, event: DialogEvent): Dialog {
  if (event.kind === 'reconciled')
    return dialog.kind === 'writing' ? { kind: 'report', report: event.report } : dialog;
  if (dialog.kind !== 'previewing') return dialog;
  if ((event.kind === 'reconcile previewed') !== (dialog.what === 'reconcile')) return dialog;
  if (event.kind === 'sweep previewed') {
    const { found } = event;
    if (found.kind === 'unreadable') return { kind: 'refused', reasons: found.reasons };
    return dialog.what === 'sweep'
      ? { kind: 'sweep', plan: found.plan }
      : { kind: 'shutdown', plan: found.plan, typed: '' };
  }
  const { found } = event;
  if (found.kind === 'planned') return { kind: 'preview', plan: found.plan };
  const hints = found.kind === 'lost' ? ['see vigil reconcile --restore for backups'] : [];
  return { kind: 'refused', reasons: [...found.reasons, ...hints] };
}

export const shutdownWord = 'shutdown';

/** Work that a confirmation starts. */
export type Work =
  | Extract<Dialog, { kind: 'end' }>
  | Extract<Dialog, { kind: 'sweep' }>
  | Extract<Dialog, { kind: 'signal' }>
  | Extract<Dialog, { kind: 'rescue' }>
  | Extract<Dialog, { kind: 'far' }>
  | { readonly kind: 'shutdown'; readonly plan: SweepPlan }
  | { readonly kind: 'reconcile'; readonly plan: ReconcilePlan }
  | { readonly kind: 'quit' };

type Question = Extract<
  Dialog,
  { kind: 'end' | 'sweep' | 'signal' | 'rescue' | 'far' | 'shutdown' | 'preview' | 'quit' }
>;

/** Whether there is anything to confirm. */
export function mayConfirm(dialog: Dialog): dialog is Question {
  switch (dialog.kind) {
    case 'end':
      return isEnding(dialog.plan);
    case 'sweep':
      return !isEmptySweep(dialog.plan);
    case 'signal':
      return signalledTargets(dialog.plan).length > 0;
    case 'rescue':
      return dialog.plan.servers.length > 0;
    case 'far':
      return dialog.plan.questions.length > 0;
    case 'preview':
      return !isEmpty(dialog.plan);
    case 'shutdown':
    case 'quit':
      return true;
    case 'previewing':
    case 'writing':
    case 'report':
    case 'swept':
    case 'shut down':
    case 'far planning':
    case 'far done':
    case 'refused':
      return false;
  }
}

/** The effect of a confirmation.
 * @returns the dialog that stays open, if any (the same one if there is nothing to confirm), and the work. */
export function answerTo(dialog: Dialog): { readonly next?: Dialog; readonly work?: Work } {
  if (!mayConfirm(dialog)) return { next: dialog };
  switch (dialog.kind) {
    case 'end':
    case 'sweep':
    case 'signal':
    case 'rescue':
      return { work: dialog };
    case 'far':
      return isWordTyped(dialog) ? { work: dialog } : { next: withWrongWord(dialog) };
    case 'shutdown': {
      const { plan } = dialog;
      if (isWordTyped(dialog)) return { work: { kind: 'shutdown', plan } };
      return { next: withWrongWord(dialog) };
    }
    case 'preview': {
      const { plan } = dialog;
      return { next: { kind: 'writing', plan }, work: { kind: 'reconcile', plan } };
    }
    case 'quit':
      return { next: dialog, work: { kind: 'quit' } };
  }
}

/** The word that a dialog asks for; undefined where `y` is enough. */
export function wordOf(dialog: Dialog): string | undefined {
  if (dialog.kind === 'shutdown') return shutdownWord;
  return dialog.kind === 'far'
    ? dialog.plan.questions.find(({ word }) => word !== undefined)?.word
    : undefined;
}

/** The plan is being made that asks for the word. */
export function isWordAhead(dialog: Dialog): boolean {
  return dialog.kind === 'previewing' && dialog.what === 'shutdown';
}

type Asking = Extract<Dialog, { kind: 'shutdown' | 'far' }>;

function isWordTyped(dialog: Asking): boolean {
  const word = wordOf(dialog);
  return word === undefined || word === dialog.typed;
}

function withWrongWord(dialog: Asking): Asking {
  return dialog.typed === '' ? dialog : { ...dialog, typed: '', wrong: dialog.typed };
}

/** Longest reason that can be typed. */
const longestReason = 200;

/** Begins or ends the typing of a reason. @param isKept whether what was typed is kept. */
export function withReason(dialog: Dialog, isTyped: boolean, isKept = true): Dialog {
  if (!takesReason(dialog)) return dialog;
  const text = isKept ? (dialog.reason?.text ?? '') : '';
  return { ...dialog, reason: isTyped || text !== '' ? { text, isTyped } : undefined };
}

export function isTypingReason(dialog: Dialog): boolean {
  return takesReason(dialog) && dialog.reason?.isTyped === true;
}

/** Whether a reason can be given. A letter of a word that is typed is none. */
export function takesReason(
  dialog: Dialog,
): dialog is Extract<Dialog, { kind: 'end' | 'sweep' | 'far' }> {
  if (dialog.kind === 'far')
    return dialog.plan.takesReason === true && wordOf(dialog) === undefined;
  return dialog.kind === 'end' || dialog.kind === 'sweep';
}

/** Edits the typed word of a shutdown, or a reason. @param change maps the current text to the new one. */
export function withTyped(dialog: Dialog, change: (text: string) => string): Dialog {
  if (takesReason(dialog) && dialog.reason?.isTyped === true) {
    const text = change(dialog.reason.text).slice(0, longestReason);
    return { ...dialog, reason: { text, isTyped: true } };
  }
  const word = wordOf(dialog);
  if ((dialog.kind !== 'shutdown' && dialog.kind !== 'far') || word === undefined) return dialog;
  const typed = change(dialog.typed).slice(0, word.length);
  return { ...dialog, typed, wrong: undefined };
}

/** The same question, whatever has been typed so far. */
export function isSameQuestion(one: Dialog, other: Dialog): boolean {
  const planOf = (dialog: Dialog) => ('plan' in dialog ? dialog.plan : undefined);
  return one.kind === other.kind && planOf(one) === planOf(other);
}

/** Whether the plan would end at least one process. */
export function isEnding({ targets }: EndPlan): boolean {
  return targets.some(target => target.refused === undefined);
}

/** A running change cannot be closed with a key. */
export function mayLeave(dialog: Dialog): boolean {
  return dialog.kind !== 'writing';
}
