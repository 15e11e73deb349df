/** How the state of a host changes: pure, driven by what its connection reports and by the clock. */
import type { FleetHost } from './fleet-host.ts';
import type { FarSnapshot, HostState } from './host-state.ts';

/** Intervals without a snapshot after which a host is silent. */
export const silentAfter = 3;
/** Waits between attempts, milliseconds: each is twice the one before. */
const firstRetryMs = 1000;
const longestRetryMs = 60_000;

export type ContactEvent =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'heard'; readonly far: FarSnapshot }
  /** The connection has ended. `attempt`: how many in a row have failed, from 1. */
  | { readonly kind: 'lost'; readonly reason: string; readonly attempt: number }
  /** Time has passed. */
  | { readonly kind: 'tick' };

/** @param now of our monotonic clock, milliseconds. */
export function newHostState(host: FleetHost, now: number): HostState {
  return { host, contact: { kind: 'connecting', since: now }, isStale: false };
}

/** @returns the next state; the same object if nothing has changed. */
export function nextHostState(
  state: HostState,
  event: ContactEvent,
  now: number,
  intervalMs: number,
): HostState {
  switch (event.kind) {
    case 'connecting':
      return aged({ ...state, contact: { kind: 'connecting', since: now } }, now, intervalMs);
    case 'heard':
      return {
        ...state,
        contact: { kind: 'heard', at: now },
        last: { far: event.far, at: now },
        isStale: false,
      };
    case 'lost': {
      const retryAt = now + retryDelayMs(event.attempt);
      const contact = { kind: 'failed', at: now, reason: event.reason, retryAt } as const;
      return aged({ ...state, contact }, now, intervalMs);
    }
    case 'tick':
      return aged(state, now, intervalMs);
  }
}

/** @param attempt from 1. @returns the wait before the next attempt, milliseconds. */
export function retryDelayMs(attempt: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(16, Math.max(0, attempt - 1)));
}

/** Applies the rule of three intervals. */
function aged(state: HostState, now: number, intervalMs: number): HostState {
  const { contact, last } = state;
  const isStale = last !== undefined && now - last.at >= silentAfter * intervalMs;
  const isSilent = contact.kind === 'heard' && now - contact.at >= silentAfter * intervalMs;
  if (isStale === state.isStale && !isSilent) return state;
  return {
    ...state,
    isStale,
    contact: isSilent ? { kind: 'silent', since: contact.at } : contact,
  };
}
