/** The dialog over the table, as part of the state. */
import { type Dialog, isSameQuestion } from './dialog.ts';
import type { Notice } from './notice.ts';
import { inMode, type State } from './state.ts';

export const readOnlyRefusal: Dialog = {
  kind: 'refused',
  reasons: ['Read-only mode: this key is disabled'],
};

/** Not kept in the event log: it is about the open plan alone. */
export const tooEarly: Notice = { text: 'read the plan first', mood: 'plain' };

/** Without that notice once its plan can be confirmed or is closed. */
export function withoutTooEarly(state: State): State {
  const { mode, notice } = state;
  const isRead = mode.kind !== 'dialog' || mode.isArmed === true;
  return notice === tooEarly && isRead ? { ...state, notice: undefined } : state;
}

export function dialogOf({ mode }: State): Dialog | undefined {
  return mode.kind === 'dialog' ? mode.dialog : undefined;
}

export function opened(state: State, dialog: Dialog): State {
  const { mode } = state;
  const over = mode.kind === 'dialog' ? mode.over : mode;
  return inMode(state, {
    ...{ kind: 'dialog', dialog, top: 0 },
    over: over?.kind === 'detail' ? over : undefined,
  });
}

export function inDialog(state: State, change: (dialog: Dialog) => Dialog): State {
  if (state.mode.kind !== 'dialog') return state;
  const { dialog: before, isArmed, over } = state.mode;
  const dialog = change(before);
  if (dialog === before) return state;
  // Typing the answer does not make it another question.
  const stays = isSameQuestion(dialog, before) ? isArmed : undefined;
  return inMode(state, { kind: 'dialog', dialog, top: 0, isArmed: stays, over });
}

/** @param dialog the question that has been on the screen for long enough. */
export function armed(state: State, dialog: Dialog): State {
  const { mode } = state;
  if (mode.kind !== 'dialog' || !isSameQuestion(mode.dialog, dialog)) return state;
  return inMode(state, { ...mode, isArmed: true });
}
