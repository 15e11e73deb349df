/** A sweep in words, for the terminal and the screen's dialog. */
import type { LeftoverFile } from '../core/lifecycle/leftover-files.ts';
import { isEmptySweep, type SweepPlan, type SweepReport } from '../core/lifecycle/sweep.ts';
import { isDead } from '../core/termination/run-plan.ts';
import { endPlanLines, endReportLines } from './kill-lines.ts';
import { type Line, span } from './line.ts';
import { type Charset, type Printable, printable, text } from './printable.ts';
import { bytes, counted } from './units.ts';

export function sweepPlanLines(plan: SweepPlan, charset: Charset): Line[] {
  const nothing: Line[] = isEmptySweep(plan)
    ? [
        [
          span(
            printable(plan.end.targets.length === 0 ? 'no leftovers' : 'nothing to clean up'),
            'live',
          ),
        ],
      ]
    : [];
  return [
    ...nothing,
    ...plan.deploys.map(
      ({ intent, path }): Line => [
        span(
          text`  undo  interrupted deploy of ${printable(intent.ok ? intent.value.agentId : path, charset)}`,
        ),
      ],
    ),
    ...endPlanLines(plan.end, charset),
    ...plan.files.map(
      (file): Line => [
        span(text`  ${printable(file.work)}  ${locationOf(file, charset)}`),
        span(text`  ${printable(file.reason, charset)}`, 'dim'),
      ],
    ),
  ];
}

/** `3 to end, 5 files to remove or archive, 210M freed`. */
export function sweepSummary({ end, files, deploys }: SweepPlan): Printable {
  const ending = end.targets.filter(target => target.refused === undefined);
  const freed = ending.reduce((sum, target) => sum + target.rssBytes, 0);
  const own = ending.flatMap(target => target.files ?? []);
  const undo = deploys.length > 0 ? text`, ${counted(deploys.length, 'deploy')} to undo` : text``;
  return text`${ending.length} to end, ${counted(files.length + own.length, 'file')} to remove or archive${undo}, ${bytes(freed)} freed`;
}

export function sweepReportLines(report: SweepReport, charset: Charset): Line[] {
  const done = report.files.filter(each => each.done.ok && each.done.value);
  const failed = report.files.flatMap(({ file, done }) => (done.ok ? [] : [{ file, done }]));
  const count = (work: LeftoverFile['work']) =>
    done.filter(({ file }) => file.work === work).length;
  // A recorded agent was cleaned up with its termination.
  const recorded = report.ended.ends.map(each => each.recorded);
  const removed = count('remove') + recorded.filter(each => each.promptDeleted).length;
  const archived = count('archive') + recorded.flatMap(each => each.archived).length;
  return [
    ...report.undone.rolledBack.map((said): Line => [span(printable(said, charset))]),
    ...report.undone.leftovers.map(
      (said): Line => [span(text`not rolled back: ${printable(said, charset)}`, 'problem')],
    ),
    ...endReportLines(report.ended, charset),
    ...failed.map(
      ({ file, done }): Line => [
        span(
          text`kept  ${locationOf(file, charset)}: ${printable(done.reason, charset)}`,
          'problem',
        ),
      ],
    ),
    [
      span(
        text`${report.ended.ends.filter(({ result }) => isDead(result)).length} ended, ${removed} removed, ${archived} archived, ${report.durationMs} ms`,
        report.ok ? 'live' : 'problem',
      ),
    ],
  ];
}

/** Warnings that occurred meanwhile. */
export function warningLines(warnings: readonly string[], charset: Charset): Line[] {
  return warnings.map((words): Line => [span(printable(words, charset), 'problem')]);
}

function locationOf({ task, path }: LeftoverFile, charset: Charset): Printable {
  return printable(task === '' ? path : `${task}/${path}`, charset);
}
