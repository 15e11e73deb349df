/** What finished work says: a notice, lines for the event log, and a report to open. */

import type { Rescued } from '../core/lifecycle/rescue.ts';
import type { ShutdownResult } from '../core/lifecycle/shutdown.ts';
import type { SweepReport } from '../core/lifecycle/sweep.ts';
import { groupBy } from '../core/model/group-by.ts';
import type { EndPlan } from '../core/termination/end-plan.ts';
import { isDead } from '../core/termination/progress.ts';
import type { EndReport } from '../core/termination/run-plan.ts';
import { nameOfTarget } from '../core/termination/target-name.ts';
import { seconds } from '../text/units.ts';
import type { Outcome } from './state/events.ts';

/** What has restarted an ended agent is offered to be ended. */
export function outcomeOfEnd({
  ends,
  warnings,
  supervisors,
}: EndReport & { readonly supervisors?: EndPlan }): Outcome {
  const isDone = ({ result, errors }: EndReport['ends'][number]) =>
    isDead(result.outcome) && errors.length === 0;
  const done = ends.filter(isDone);
  const bad = ends.filter(each => !isDone(each)).map(failureText);
  const report = supervisors && ({ kind: 'end', plan: supervisors, force: false } as const);
  return {
    notice: [...bad, ...(done.length > 0 ? [doneText(done)] : []), ...warnings].join(', '),
    mood: bad.length > 0 || warnings.length > 0 ? 'bad' : 'good',
    said: warnings,
    report,
  };
}

/** A reason that was typed stands in the event log, as in the log of vigil. */
export function withReason(outcome: Outcome, reason: string | undefined): Outcome {
  if (reason === undefined) return outcome;
  return { ...outcome, said: [...outcome.said, `${outcome.notice}; reason: ${reason}`] };
}

/** `builder-2 killed in 3.6 s`, `12 ended in 4.1 s: 10 exited, 2 killed`. */
function doneText(ends: EndReport['ends']): string {
  const longest = Math.max(...ends.map(({ result }) => result.durationMs));
  const [first] = ends;
  if (first !== undefined && ends.length === 1)
    return `${nameOfTarget(first.result.target)} ${first.result.outcome} in ${seconds(longest)}`;
  const counts = [...groupBy(ends, ({ result }) => result.outcome)];
  const kinds = counts.map(([outcome, { length }]) => `${length} ${outcome}`).join(', ');
  return `${ends.length} ended in ${seconds(longest)}: ${kinds}`;
}

function failureText({ result, errors }: EndReport['ends'][number]): string {
  const { target, outcome, durationMs } = result;
  const said =
    outcome === 'survived'
      ? `still running after ${seconds(durationMs)}`
      : `${outcome} in ${seconds(durationMs)}`;
  return `${nameOfTarget(target)} ${said}${errors.length > 0 ? `: ${errors[0]}` : ''}`;
}

export function outcomeOfSweep(report: SweepReport): Outcome {
  const { ok, warnings } = report;
  const notice = [ok ? 'sweep: done' : 'sweep: incomplete', ...warnings].join(', ');
  return { ...outcome(notice, ok), report: { kind: 'swept', report } };
}

export function outcomeOfShutdown(result: ShutdownResult): Outcome {
  if (result.kind === 'busy' || result.kind === 'unreadable') {
    const reasons = result.kind === 'busy' ? [result.reason] : result.reasons;
    const notice = `shutdown: nothing was ended: ${reasons[0]}`;
    return { ...outcome(notice, false), report: { kind: 'refused', reasons } };
  }
  const { report } = result;
  const said = report.ok ? 'shutdown: cleanup completed' : 'shutdown: incomplete';
  const notice = [said, ...report.warnings].join(', ');
  return { ...outcome(notice, report.ok), report: { kind: 'shut down', report } };
}

export function outcomeOfRescue(rescued: readonly Rescued[]): Outcome {
  const texts = rescued.map(({ server: { pid, path }, done }) =>
    done.ok ? `tmux server ${pid} answers on ${path}` : `tmux server ${pid}: ${done.reason}`,
  );
  return outcome(
    texts.join(', '),
    rescued.every(({ done }) => done.ok),
  );
}

function outcome(notice: string, isGood: boolean): Omit<Outcome, 'report'> {
  return { notice, mood: isGood ? 'good' : 'bad', said: [notice] };
}
