/** What a guard says at its start about the one before it: which one it was, and what it had not
 * finished. Pure. */
import type { GuardOwner, GuardStatus } from '../core/model/guard-status.ts';
import type { Deed } from '../core/model/history.ts';
import type { ProcessRef } from '../core/model/model.ts';
import { counted } from '../text/units.ts';
import type { Said } from './outcome.ts';

export type Before = {
  /** The guard that had the lock and exited without releasing it. */
  readonly previous?: GuardOwner;
  /** The last status that any guard has written. */
  readonly status?: GuardStatus;
  /** What vigil has done, oldest first. */
  readonly deeds: readonly Deed[];
  /** Processes that it had stopped, resumed now. */
  readonly resumed: readonly ProcessRef[];
  readonly bootId: string;
};

/** @returns nothing if no guard was interrupted. */
export function takenOver({ previous, status, deeds, resumed, bootId }: Before): Said | undefined {
  if (previous === undefined) return undefined;
  const isSame = status?.pid === previous.pid && status.start === previous.start;
  const unfinished = deeds
    .filter(
      ({ by, outcome }) =>
        outcome === 'interrupted' && by.pid === previous.pid && by.start === previous.start,
    )
    .map(({ agentId, name, target }) => agentId ?? name ?? target);
  const doing = isSame ? status.doing : undefined;
  const what = [
    ...(doing === undefined ? [] : [`unfinished: ${doing}`]),
    ...(unfinished.length === 0 ? [] : [`interrupted: ${unfinished.join(', ')}`]),
    ...(resumed.length === 0
      ? []
      : [`resumed ${counted(resumed.length, 'stopped process', 'stopped processes')}`]),
  ];
  const boot = previous.bootId === bootId ? '' : ' before this boot';
  const since = new Date(previous.startedAt).toISOString();
  return {
    event: 'took-over',
    text: `took over from pid ${previous.pid} (since ${since}), which exited${boot} without stopping: ${
      what.join('; ') || 'nothing was unfinished'
    }`,
    previous: { pid: previous.pid, startedAt: since },
    ...{ doing, unfinished },
    resumed: resumed.map(({ pid }) => pid),
  };
}
