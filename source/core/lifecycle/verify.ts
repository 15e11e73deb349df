/** Final verification of a shutdown: what is still running, by a new poll rather than by earlier outcomes. */

import type { CommandTools } from '../ports/command-tools.ts';
import { describeProcess } from '../programs/process-name.ts';
import type { End } from '../termination/run-plan.ts';
import { recordedElsewhere } from './elsewhere.ts';

export type Survivor = { readonly target: string; readonly class: string; readonly why: string };

/** @param ends outcomes of the shutdown, which explain why a target is still running. */
export async function verify(
  { host, monitor }: CommandTools,
  ends: readonly End[],
): Promise<Survivor[]> {
  const snapshot = await monitor.pollUntilSettled();
  const unread = snapshot.problems
    .filter(problem => problem.unread)
    .map(({ source, message }): Survivor => ({ target: source, class: 'unknown', why: message }));
  const elsewhere = await recordedElsewhere(host.registries, snapshot.rows, snapshot.workspaces);
  const remaining = snapshot.rows.filter(
    row =>
      ['live', 'undead', 'husk', 'orphan', 'unknown'].includes(row.class) &&
      // A shutdown does not promise to end suspected orphans.
      row.confidence !== 'suspected' &&
      !elsewhere.has(row.key),
  );
  const rows = remaining.map((row): Survivor => {
    const own = ends.find(({ result }) => result.target.key === row.key);
    const names = row.processes.map(describeProcess).join(', ') || row.session?.name || row.key;
    const why = own === undefined || own.errors.length === 0 ? names : own.errors.join('; ');
    return { target: row.key, class: row.class, why };
  });
  // Targets that survived may be hidden from the last poll.
  const listed = new Set(rows.map(row => row.target));
  const failed = ends
    .filter(
      ({ result }) =>
        (result.outcome === 'survived' || result.outcome === 'denied') &&
        !listed.has(result.target.key),
    )
    .filter(({ result }) => !isGone(result.target.key))
    .map(({ result, errors }): Survivor => {
      const { key } = result.target;
      return { target: key, class: result.target.class, why: errors.join('; ') };
    });
  return [...unread, ...rows, ...failed];

  /** It exited late, after its outcome was reported. */
  function isGone(key: string): boolean {
    const own = ends.filter(({ result }) => result.target.key === key);
    const pids = own.flatMap(({ result }) => result.processes);
    return pids.every(each => !host.processes.isRunning(each));
  }
}
