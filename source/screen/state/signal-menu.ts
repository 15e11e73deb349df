/** The menu of signals: a signal is chosen by its number or with the arrow keys, then its plan is shown. */
import { signals } from '../../core/model/signal-names.ts';
import type { EndPlan } from '../../core/termination/end-plan.ts';
import { planForSignal } from '../../core/termination/send-signal.ts';
import type { Dialog } from './dialog.ts';

/** The plan is fixed at the key press. */
export type SignalMenu = {
  readonly plan: EndPlan;
  /** Pids that tmux would resume. */
  readonly resumed: ReadonlySet<number>;
  readonly index: number;
  /** Digits typed so far. */
  readonly typed: string;
};

export function signalMenu(plan: EndPlan, resumed: ReadonlySet<number>): SignalMenu {
  return { plan, resumed, typed: '', index: signals.findIndex(({ name }) => name === 'SIGTERM') };
}

/** Selects the signal with the typed number, or the first that begins with it; a digit that leads to no number
 * starts over.
 * @param change maps the typed digits to the new ones. */
export function withDigits<T extends SignalMenu>(menu: T, change: (typed: string) => string): T {
  const typed = change(menu.typed).replace(/\D/g, '');
  if (typed === '') return { ...menu, typed };
  const indexOf = (digits: string) => {
    const exact = signals.findIndex(({ number }) => String(number) === digits);
    return exact >= 0
      ? exact
      : signals.findIndex(({ number }) => String(number).startsWith(digits));
  };
  const last = typed.slice(-1);
  const digits = indexOf(typed) >= 0 ? typed : last;
  const index = indexOf(digits);
  return index >= 0 ? { ...menu, typed: digits, index } : { ...menu, typed: '' };
}

/** The question that follows the choice. SIGKILL is the termination of the key X: stopped first, verified and
 * recorded. */
export function questionOf({ plan, resumed, index }: SignalMenu): Dialog {
  const signal = signals[index]?.name ?? 'SIGTERM';
  return signal === 'SIGKILL'
    ? { kind: 'end', plan, force: true }
    : { kind: 'signal', plan: planForSignal(plan, signal, resumed), signal };
}
