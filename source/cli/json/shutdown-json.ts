/** Schema `vigil.shutdown/1` of docs/json.md. */
import type { ShutdownReport } from '../../core/lifecycle/shutdown.ts';
import type { SweepPlan, SweepReport } from '../../core/lifecycle/sweep.ts';
import { absolutePathOf } from '../../core/termination/planned-files.ts';
import { isDead } from '../../core/termination/run-plan.ts';
import { endJson } from './kill-json.ts';
import { sweepParts } from './sweep-json.ts';

/** @param report absent for a dry run. */
export function shutdownJson(plan: SweepPlan, report: ShutdownReport | undefined) {
  const parts = sweepParts(plan, undefined);
  const swept = report?.swept === undefined ? undefined : sweepParts(plan, report.swept);
  const ends = report?.ends ?? [];
  const dead = ends.filter(({ result }) => isDead(result));
  const archived = ends.flatMap(each => each.recorded.archived);
  return {
    schema: 'vigil.shutdown/1',
    ok: report?.ok ?? true,
    dryRun: report === undefined,
    durationMs: report?.durationMs ?? 0,
    interrupted: report?.kind === 'interrupted',
    resumed: report?.resumed ?? 0,
    plan: parts.plan,
    targets: report === undefined ? parts.targets : ends.map(endJson),
    files: swept?.files ?? [],
    archived_files: [...archived, ...(report?.swept === undefined ? [] : archivedBy(report.swept))],
    rolledBack: report?.rolledBack ?? [],
    reconciled: {
      changes:
        report?.reconciled?.outcomes.filter(each => each.skippedBecause === undefined).length ?? 0,
      written: report?.reconciled?.written ?? [],
      backups: report?.reconciled?.backups ?? [],
    },
    totals: {
      ended: dead.length,
      processes: dead.reduce((sum, { result }) => sum + result.processes.length, 0),
      freedBytes: report?.freedBytes ?? 0,
    },
    survivors: report?.survivors ?? [],
    errors: report?.errors ?? [],
  };
}

/** Files archived by the sweep, in addition to those the agents' entries named. */
function archivedBy({ files }: SweepReport): string[] {
  return files
    .filter(({ file, done }) => file.work === 'archive' && done.ok && done.value)
    .map(({ file }) => absolutePathOf(file));
}
