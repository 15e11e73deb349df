/** The last look of a shutdown: who is there that should not be, by the machine and not by what was done. */

import type { CommandTools } from '../ports/command-tools.ts';
import { describeProcess } from '../programs/process-name.ts';
import type { End } from '../termination/run-plan.ts';
import { recordedElsewhere } from './elsewhere.ts';

export type Survivor = { readonly target: string; readonly class: string; readonly why: string };

/** @param ends what was ended: the reasons why somebody is still there. */
export async function verify(
  { host, monitor }: CommandTools,
  ends: readonly End[],
): Promise<Survivor[]> {
  const snapshot = await monitor.pollUntilSettled();
  const unread = snapshot.problems
    .filter(problem => problem.unread)
    .map(({ source, message }): Survivor => ({ target: source, class: 'unknown', why: message }));
  const elsewhere = await recordedElsewhere(host.registries, snapshot.rows, snapshot.workspaces);
  const left = snapshot.rows.filter(
    row =>
      ['live', 'undead', 'husk', 'orphan', 'unknown'].includes(row.class) &&
      // What is only suspected is none of what a shutdown promises to end.
      row.confidence !== 'suspected' &&
      !elsewhere.has(row.key),
  );
  const rows = left.map((row): Survivor => {
    const own = ends.find(({ result }) => result.target.key === row.key);
    const who = row.processes.map(describeProcess).join(', ') || row.session?.name || row.key;
    const why = own === undefined || own.errors.length === 0 ? who : own.errors.join('; ');
    return { target: row.key, class: row.class, why };
  });
  // Who could not be ended may hide from the last look as well.
  const told = new Set(rows.map(row => row.target));
  const failed = ends
    .filter(
      ({ result }) =>
        (result.outcome === 'survived' || result.outcome === 'denied') &&
        !told.has(result.target.key),
    )
    .filter(({ result }) => !isGone(result.target.key))
    .map(({ result, errors }): Survivor => {
      const { key } = result.target;
      return { target: key, class: result.target.class, why: errors.join('; ') };
    });
  return [...unread, ...rows, ...failed];

  /** One that was slow to die, and is dead by now. */
  function isGone(key: string): boolean {
    const own = ends.filter(({ result }) => result.target.key === key);
    const pids = own.flatMap(({ result }) => result.processes);
    return pids.every(each => !host.processes.isRunning(each));
  }
}
