/** The guard in the header: its health, its alerts, and what it did last. */
import type { GuardStatus } from '../core/model/guard-status.ts';
import type { Line, Say, Tone } from './line.ts';
import { counted, duration } from './units.ts';

/** After so many intervals without a poll a guard is silent: stopped, or waiting for a source. */
const silentIntervals = 3;

/** Its health or its alerts.
 * @param now epoch milliseconds. @returns the facts in full, and in few cells. */
export function guardPart(
  status: GuardStatus,
  now: number,
  say: Say,
): { readonly long: Line; readonly short: Line } {
  const { health, alerts, lastLookAt = status.startedAt } = status;
  const silentMs = now - lastLookAt;
  const isSilent = silentMs > silentIntervals * (status.intervalMs ?? Number.POSITIVE_INFINITY);
  const state = isSilent
    ? `guard silent for ${duration(silentMs)}`
    : alerts.length > 0
      ? `guard: ${counted(alerts.length, 'alert')}`
      : `guard ${health}`;
  const tone: Tone = isSilent || health !== 'good' || alerts.length > 0 ? 'problem' : 'dim';
  const [first] = alerts;
  return {
    long: [say(first === undefined || isSilent ? state : `${state}, ${first.text}`, tone)],
    short: [say(state, tone)],
  };
}

/** What it does, or did last. @returns nothing if it has done nothing yet. */
export function guardAction(
  { doing, lastAction, lastActionAt }: GuardStatus,
  now: number,
  say: Say,
): Line | undefined {
  if (doing !== undefined) return [say(`guard: ${doing}`, 'ending')];
  if (lastAction === undefined || lastActionAt === undefined) return undefined;
  return [say(`guard ${duration(now - lastActionAt)} ago: ${lastAction}`, 'dim')];
}
