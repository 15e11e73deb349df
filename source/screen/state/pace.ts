/** The refresh interval, and the way alerts are given. */
import { type AlertWay, alertWays } from '../../core/model/alert.ts';
import { type Step, step } from './effects.ts';
import type { State } from './state.ts';

/** Interval steps of slower and faster, milliseconds. */
const intervalSteps = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000] as const;

function nextInterval(intervalMs: number, by: 1 | -1): number {
  if (by > 0) return intervalSteps.find(each => each > intervalMs) ?? intervalMs;
  return intervalSteps.findLast(each => each < intervalMs) ?? intervalMs;
}

/** Every press says the interval, also where it cannot change any more. */
export function paced(state: State, by: 1 | -1): State {
  const intervalMs = nextInterval(state.intervalMs, by);
  const text = `refresh every ${intervalMs / 1000} s`;
  return { ...state, intervalMs, notice: { text, mood: 'plain' } };
}

const alertNotices: Readonly<Record<AlertWay, string>> = {
  off: 'alerts: off',
  bell: 'alerts: bell',
  message: 'alerts: tmux message',
  both: 'alerts: bell and tmux message',
};

export function nextAlert(state: State): Step {
  const alert = alertWays[(alertWays.indexOf(state.alert) + 1) % alertWays.length] ?? 'off';
  return step({ ...state, alert }, { kind: 'notice', text: alertNotices[alert] });
}
