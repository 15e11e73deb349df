/** What a guard that runs once keeps of the runs before it, so that it acts on what they agreed on and reports nothing again. */
import type { GuardFound, GuardStatus } from '../core/model/guard-status.ts';
import type { Agreement } from './agreement.ts';
import type { EarlierAlerts } from './alerts.ts';
import type { GuardConfig } from './config.ts';

export type Earlier = EarlierAlerts & {
  readonly agreement: Agreement;
  readonly found: readonly GuardFound[];
};

/** Runs that are further apart than this many intervals do not count together. */
const mostIntervals = 3;

export const nothingEarlier: Earlier = { agreement: new Map(), found: [], raised: [] };

/** @returns what the status of the last run has, unless it is out of date. */
export function earlierRuns(
  status: GuardStatus | undefined,
  bootId: string,
  now: number,
  { everyMs }: Pick<GuardConfig, 'everyMs'>,
): Earlier {
  const { seen = [], found = [], lastLookAt = 0, alerts = [], ghostsSince } = status ?? {};
  const isRecent = now >= lastLookAt && now - lastLookAt <= mostIntervals * everyMs;
  if (status?.bootId !== bootId || !isRecent) return nothingEarlier;
  return { agreement: new Map(seen), found, raised: alerts, ghostsSince };
}
