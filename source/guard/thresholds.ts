/** The number of agent programs against two thresholds. Pure. */

import type { GuardHealth } from '../core/model/guard-status.ts';
import type { Snapshot } from '../core/model/model.ts';
import type { Thresholds } from './config.ts';

/** Agent programs that are running; daemons that serve several agents do not count. */
export function countPrograms({ rows }: Snapshot): number {
  const pids = rows
    .filter(row => row.class !== 'host')
    .flatMap(row => row.processes)
    .filter(({ role, state }) => role === 'agent' && state !== 'Z')
    .map(({ pid }) => pid);
  return new Set(pids).size;
}

/** Whether the sources of that number could be read. */
export function isCountRead({ problems }: Snapshot): boolean {
  return !problems.some(
    ({ source, unread }) => unread && (source === 'processes' || source === 'tmux'),
  );
}

export function levelOf(count: number, { warn, critical }: Thresholds): GuardHealth {
  if (count >= critical) return 'critical';
  return count >= warn ? 'warning' : 'good';
}
