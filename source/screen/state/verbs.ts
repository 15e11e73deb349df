/** What verbs do: on which rows, and once their question is confirmed. */
import type { Row, Snapshot } from '../../core/model/model.ts';
import { farHostOf } from '../../core/rows/far-rows.ts';
import { answerTo, isTypingReason, mayConfirm, type Work } from './dialog.ts';
import { inDialog, opened, readOnlyRefusal, tooEarly } from './dialog-mode.ts';
import { type Chosen, type Effect, type Step, step } from './effects.ts';
import { isUnderWay, keysOf, withWaiting } from './endings.ts';
import { isOfRow } from './mode.ts';
import { withShownRows } from './shown-rows.ts';
import { chosenRows, headingUnderCursor, inMode, type State } from './state.ts';

const noRow = 'no row selected, or the row is gone';
const noHeading = 'a heading is selected: choose a row';
const noGroup = 'these rows have nothing in common: choose single ones';

/** An effect on the chosen rows; without any, a notice with the reason. */
export function onRows(state: State, effectOn: (chosen: Chosen) => Effect): Step {
  if (state.snapshot === undefined) return step(state);
  if (state.readOnly) return step(opened(state, readOnlyRefusal));
  const { rows, chosen } = actedOn(state);
  if (rows.length === 0) return step(state, noTarget(state, chosen));
  return step(state, effectOn({ snapshot: localPart(state), rows }));
}

/** A key about a row, where there is none. */
export function withoutRow(state: State): Step {
  if (state.snapshot === undefined) return step(state);
  const isHeading = !isOfRow(state.mode) && headingUnderCursor(state) !== undefined;
  return step(state, { kind: 'notice', text: isHeading ? noHeading : noRow });
}

/** A key about a row that changes nothing has found none. */
export function unlessSame(state: State, next: State): Step {
  return next === state ? withoutRow(state) : step(next);
}

/** The chosen rows, and of these the ones that are not being ended. */
export function actedOn(state: State): Record<'rows' | 'chosen', readonly Row[]> {
  const { endings, unfinished } = state;
  const chosen = chosenRows(state);
  const rows = chosen.filter(({ key }) => !unfinished.has(key) && !isUnderWay(endings, key));
  return { rows, chosen };
}

export function noTarget(state: State, chosen: readonly Row[]): Effect {
  const none = headingUnderCursor(state) === undefined ? noRow : noGroup;
  return { kind: 'notice', text: chosen.length > 0 ? 'already being ended' : none };
}

/** What was read on this machine: plans for it know no other. */
export function localPart({ snapshot, hosts }: State): Snapshot {
  if (snapshot === undefined) throw new Error('nothing was polled yet');
  if (hosts === undefined) return snapshot;
  return { ...snapshot, rows: snapshot.rows.filter(row => farHostOf(row) === undefined) };
}

/** An effect that a read-only screen refuses. */
export function unlessReadOnly(state: State, effect: Effect): Step {
  return state.readOnly ? step(opened(state, readOnlyRefusal)) : step(state, effect);
}

/** A question cannot be confirmed before it was readable. */
export function confirm(state: State): Step {
  const { mode } = state;
  if (mode.kind !== 'dialog') return step(state);
  if (mode.isArmed !== true)
    return step(mayConfirm(mode.dialog) ? { ...state, notice: tooEarly } : state);
  if (isTypingReason(mode.dialog)) return step(state);
  const { next, work } = answerTo(mode.dialog);
  const answered =
    next === undefined
      ? { ...inMode(state, { kind: 'table' }), tagged: new Set<string>() }
      : inDialog(state, () => next);
  return work === undefined ? step(answered) : step(startWork(answered, work), work);
}

function keysOfWork(work: Extract<Work, { kind: 'end' | 'sweep' | 'shutdown' | 'far' }>) {
  if (work.kind === 'far') return work.request.rows.map(({ key }) => key);
  return keysOf(work.kind === 'end' ? work.plan : work.plan.end);
}

/** Rows show at once that their end was confirmed: the first stage comes only after a poll. */
function startWork(state: State, work: Work): State {
  if (!('plan' in work) || work.kind === 'reconcile') return state;
  if (work.kind === 'signal' || work.kind === 'rescue') return state;
  const keys = keysOfWork(work);
  const unfinished = new Set([...state.unfinished, ...keys]);
  return withShownRows({ ...state, unfinished, endings: withWaiting(state.endings, keys) });
}
