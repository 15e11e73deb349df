/** Result of a shutdown, as lines. */
import type { ShutdownReport } from '../core/lifecycle/shutdown.ts';
import { isDead, isOutOfScope } from '../core/termination/run-plan.ts';
import { endReportLines } from './kill-lines.ts';
import { type Line, spansIn } from './line.ts';
import type { Charset } from './printable.ts';
import { bytes, counted, seconds } from './units.ts';

export function shutdownLines(report: ShutdownReport, charset: Charset): Line[] {
  const dead = report.ends.filter(({ result }) => isDead(result));
  const processes = dead.flatMap(({ result }) => result.processes).length;
  const swept = (report.swept?.files ?? []).filter(({ done }) => done.ok && done.value).length;
  // An ended agent's files and entries were cleaned up with its termination.
  const files = report.ends.reduce(
    (sum, { recorded }) => sum + Number(recorded.promptDeleted) + recorded.archived.length,
    swept,
  );
  const outcomes = report.reconciled?.outcomes ?? [];
  const closed = outcomes.filter(each => each.skippedBecause === undefined).length;
  const left = report.ends.filter(({ result }) => isOutOfScope(result.target)).length;
  const done = report.ok ? 'cleanup completed' : 'cleanup incomplete';
  const head = report.kind === 'interrupted' ? 'interrupted' : done;
  const facts = [
    `${dead.length} ended`,
    counted(processes, 'process', 'processes'),
    `${bytes(report.freedBytes)} freed`,
    `${counted(files, 'file')} cleaned up`,
    `${counted(closed, 'change')} by reconcile`,
    counted(report.survivors.length, 'survivor'),
    ...(left > 0 ? [`${left} not included`] : []),
    seconds(report.durationMs),
  ].join(', ');
  const words = `${head}${report.resumed > 0 ? ', resumed' : ''}: ${facts}`;
  return [
    ...endReportLines(report, charset),
    [spansIn(charset)(words, report.ok ? 'live' : 'problem')],
  ];
}

/** Survivors, errors and warnings: one sentence each. */
export function incompleteWords({ survivors, errors, warnings }: ShutdownReport): string[] {
  const alive = survivors.map(
    each => `${each.target} is still running (${each.class}): ${each.why}`,
  );
  return [...alive, ...errors, ...warnings];
}
