/** `vigil wait <target…>`: returns once every target is gone, idle or waiting for input. */

import { secondPollMs } from '../../core/inventory/memory.ts';
import type { Monitor } from '../../core/inventory/monitor.ts';
import type { Row, Snapshot } from '../../core/model/model.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { nameOf } from '../../core/rows/describe.ts';
import { parseTarget, rowsOfNames } from '../../core/rows/targets.ts';
import { exitCodes, notFoundCodes, type Output } from '../output.ts';
import type { WaitState } from './wait-states.ts';

export type WaitOptions = {
  readonly until: WaitState;
  readonly timeoutMs?: number;
  readonly json: boolean;
  readonly intervalMs: number;
  readonly stopping: AbortSignal;
};

/** @returns 0 once all targets have reached the state, 1 on a timeout, 3 if one does not exist (or is gone
 * before it was idle). */
export async function wait(
  { monitor, clock }: { readonly monitor: Monitor; readonly clock: Clock },
  names: readonly string[],
  { until, timeoutMs = Number.POSITIVE_INFINITY, json, intervalMs, stopping }: WaitOptions,
  output: Output,
): Promise<number> {
  const warn = (message: string) => output.warn(`vigil wait: ${message}`);
  const report = (code: number, rows: readonly Row[]) => {
    const targets = rows.map(row => ({
      target: row.key,
      class: row.class,
      status: row.status ?? null,
    }));
    if (json)
      output.json(
        { schema: 'vigil.wait/1', ok: code === exitCodes.done, until, targets },
        'indented',
      );
    return code;
  };
  const wrong = names.map(name => parseTarget(name)).find(target => !target.ok);
  if (wrong?.ok === false) {
    warn(wrong.reason);
    return exitCodes.usage;
  }
  const startedAt = clock.steadyNow();
  let snapshot = await monitor.pollUntilSettled();
  const found = rowsOfNames(snapshot, names);
  if (found.kind !== 'found') {
    warn(found.reason);
    return notFoundCodes[found.kind];
  }
  // The rows as they are now: a new agent of the same name is another row.
  const wanted = found.rows.map(({ row }) => row);
  let goneSince: number | undefined;
  for (;;) {
    const open = wanted.filter(row => !hasReached(row, until, snapshot));
    const isAgreed = until !== 'gone' || wanted.length === 0 || isSecondPoll();
    if (open.length === 0 && isAgreed) return report(exitCodes.done, current(wanted, snapshot));
    if (open.length > 0) goneSince = undefined;
    const lost = until === 'gone' ? undefined : open.find(row => isGone(row, snapshot));
    if (lost !== undefined) {
      warn(`${nameOf(lost)} is gone`);
      return report(exitCodes.noTarget, current(wanted, snapshot));
    }
    const leftMs = timeoutMs - (clock.steadyNow() - startedAt);
    if (leftMs <= 0) {
      warn(`timed out: ${open.map(nameOf).join(', ')} not ${until} yet`);
      return report(exitCodes.survived, current(wanted, snapshot));
    }
    const paceMs = open.length === 0 ? secondPollMs : Math.min(intervalMs, 1000);
    await clock.sleep(Math.min(paceMs, leftMs), stopping);
    if (stopping.aborted) return exitCodes.survived;
    snapshot = await monitor.poll();
  }

  /** An absence counts once two polls, half a second apart, agree. */
  function isSecondPoll(): boolean {
    goneSince ??= snapshot.takenAt;
    return snapshot.takenAt - goneSince >= secondPollMs;
  }
}

function hasReached(row: Row, until: WaitState, snapshot: Snapshot): boolean {
  if (until === 'gone') return isGone(row, snapshot);
  return snapshot.rows.find(({ key }) => key === row.key)?.activity === until;
}

/** Nothing of it is alive. What a source that cannot be read may hold is not gone. */
function isGone({ key }: Row, { rows, problems }: Snapshot): boolean {
  const now = rows.find(row => row.key === key);
  if (now === undefined) return problems.every(problem => !problem.unread);
  return now.class === 'ghost' || now.class === 'ended';
}

function current(wanted: readonly Row[], { rows }: Snapshot): readonly Row[] {
  return wanted.map(row => rows.find(({ key }) => key === row.key) ?? { ...row, class: 'ended' });
}
