/** The state with a notice. */
import { logged } from './endings.ts';
import type { Mood } from './notice.ts';
import type { State } from './state.ts';

/** Shows a notice, and keeps it in the event log.
 * @param at epoch milliseconds. */
export function withNotice(state: State, text: string, at: number, mood: Mood = 'plain'): State {
  return { ...state, notice: { text, mood }, log: logged(state.log, [text], at) };
}

/** The time that the state knows. */
export function timeOf({ snapshot, now = 0 }: State): number {
  return Math.max(snapshot?.takenAt ?? 0, now);
}
