/** Schema `vigil.shutdown/1` of the contract. */
import type { ShutdownReport } from '../core/lifecycle/shutdown.ts';
import type { SweepPlan } from '../core/lifecycle/sweep.ts';
import { isDead } from '../core/termination/run.ts';
import { endJson } from './kill-json.ts';
import { sweepParts } from './sweep-json.ts';

/** @param report absent for a dry run. */
export function shutdownJson(plan: SweepPlan, report: ShutdownReport | undefined) {
  const parts = sweepParts(plan, undefined);
  if (report === undefined)
    return {
      schema: 'vigil.shutdown/1',
      ok: true,
      dryRun: true,
      durationMs: 0,
      ...parts,
      survivors: [],
    };
  const swept = report.swept === undefined ? undefined : sweepParts(plan, report.swept);
  const dead = report.ends.filter(({ result }) => isDead(result));
  return {
    schema: 'vigil.shutdown/1',
    ok: report.ok,
    dryRun: false,
    durationMs: report.durationMs,
    interrupted: report.kind === 'interrupted',
    resumed: report.resumed,
    plan: parts.plan,
    targets: report.ends.map(end => endJson(end, key => report.clean.has(key))),
    files: swept?.files ?? [],
    archived_files: [
      ...report.ends.flatMap(each => each.recorded.archived),
      ...(report.swept?.files ?? [])
        .filter(({ file, done }) => file.work === 'archive' && done.ok && done.value)
        .map(({ file }) => `${file.workspace}/${file.task}/${file.path}`),
    ],
    reconciled: {
      changes: report.reconciled?.outcomes.filter(each => each.left === undefined).length ?? 0,
      written: report.reconciled?.written ?? [],
      backups: report.reconciled?.backups ?? [],
    },
    totals: {
      ended: dead.length,
      processes: dead.reduce((sum, { result }) => sum + result.processes.length, 0),
      freedBytes: report.freedBytes,
    },
    survivors: report.survivors,
    errors: report.errors,
  };
}
