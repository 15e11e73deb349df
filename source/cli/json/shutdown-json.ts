/** Schema `vigil.shutdown/1` of docs/json.md. */
import type { ShutdownReport } from '../../core/lifecycle/shutdown.ts';
import type { SweepPlan } from '../../core/lifecycle/sweep.ts';
import { isDead } from '../../core/termination/run-plan.ts';
import { endJson } from './kill-json.ts';
import { archivedIn, sweepParts } from './sweep-json.ts';

/** @param report absent for a dry run. */
export function shutdownJson(plan: SweepPlan, report: ShutdownReport | undefined) {
  const parts = sweepParts(plan, undefined);
  const swept = report?.swept === undefined ? [] : sweepParts(plan, report.swept).files;
  const ends = report?.ends ?? [];
  const dead = ends.filter(({ result }) => isDead(result));
  return {
    schema: 'vigil.shutdown/1',
    ok: report?.ok ?? true,
    dryRun: report === undefined,
    durationMs: report?.durationMs ?? 0,
    interrupted: report?.kind === 'interrupted',
    resumed: report?.resumed ?? 0,
    plan: parts.plan,
    targets: report === undefined ? parts.targets : ends.map(endJson),
    files: swept,
    archived_files: [...ends.flatMap(each => each.recorded.archived), ...archivedIn(swept)],
    rolledBack: report?.rolledBack ?? [],
    reconciled: {
      changes:
        report?.reconciled?.outcomes.filter(each => each.skippedBecause === undefined).length ?? 0,
      written: report?.reconciled?.written ?? [],
      backups: report?.reconciled?.backups ?? [],
    },
    totals: {
      ended: dead.length,
      processes: dead.flatMap(({ result }) => result.processes).length,
      freedBytes: report?.freedBytes ?? 0,
    },
    survivors: report?.survivors ?? [],
    errors: report?.errors ?? [],
  };
}
