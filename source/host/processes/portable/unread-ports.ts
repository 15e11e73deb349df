/** Ports where only ps is read. */
import type { ProcessRef, Reading } from '../../../core/model/model.ts';

const reason = 'ps shows no ports';

export function unreadPorts(
  processes: readonly ProcessRef[],
): ReadonlyMap<number, Reading<readonly number[]>> {
  return new Map(processes.map(({ pid }) => [pid, { ok: false, reason }]));
}
