/** Result of a shutdown, as lines. */
import type { ShutdownReport } from '../core/lifecycle/shutdown.ts';
import { isDead } from '../core/termination/run-plan.ts';
import { endReportLines } from './kill-lines.ts';
import { type Line, span } from './line.ts';
import { type Charset, printable, text } from './printable.ts';
import { bytes, counted } from './units.ts';

export function shutdownLines(report: ShutdownReport, charset: Charset): Line[] {
  const dead = report.ends.filter(({ result }) => isDead(result));
  const processes = dead.reduce((sum, { result }) => sum + result.processes.length, 0);
  const swept = (report.swept?.files ?? []).filter(({ done }) => done.ok && done.value).length;
  // An ended agent's files and entries were cleaned up with its termination.
  const own = report.ends.map(
    ({ recorded }) => Number(recorded.promptDeleted) + recorded.archived.length,
  );
  const files = own.reduce((sum, each) => sum + each, swept);
  const closed =
    report.reconciled?.outcomes.filter(each => each.skippedBecause === undefined).length ?? 0;
  const head =
    report.kind === 'interrupted'
      ? 'interrupted'
      : report.ok
        ? 'cleanup completed'
        : 'cleanup incomplete';
  const resumed = report.resumed > 0 ? ', resumed' : '';
  return [
    ...endReportLines({ ends: report.ends }, charset),
    [
      span(
        text`${printable(head)}${printable(resumed)}: ${dead.length} ended, ${counted(processes, 'process', 'processes')}, ${bytes(report.freedBytes)} freed, ${counted(files, 'file')} cleaned up, ${counted(closed, 'change')} by reconcile, ${counted(report.survivors.length, 'survivor')}, ${report.durationMs} ms`,
        report.ok ? 'live' : 'problem',
      ),
    ],
  ];
}

/** Survivors, errors and warnings: one sentence each. */
export function incompleteWords({ survivors, errors, warnings }: ShutdownReport): string[] {
  return [
    ...survivors.map(
      ({ target, class: rowClass, why }) => `${target} is still running (${rowClass}): ${why}`,
    ),
    ...errors,
    ...warnings,
  ];
}

export function incompleteLines(report: ShutdownReport, charset: Charset): Line[] {
  return incompleteWords(report).map((words): Line => [span(printable(words, charset), 'problem')]);
}
