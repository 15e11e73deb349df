/** Schema `vigil.sweep/1` of docs/json.md. */
import type { LeftoverFile } from '../../core/lifecycle/leftover-files.ts';
import type { SweepPlan, SweepReport } from '../../core/lifecycle/sweep.ts';
import { absolutePathOf } from '../../core/termination/planned-files.ts';
import { endPlanJson, targetsJson } from './kill-json.ts';
import { deploysJson, type FileJson, plannedJson } from './plan-json.ts';

export function sweepJson(plan: SweepPlan, report: SweepReport | undefined) {
  return {
    schema: 'vigil.sweep/1',
    ok: report?.ok ?? true,
    dryRun: report === undefined,
    durationMs: report?.durationMs ?? 0,
    ...sweepParts(plan, report),
  };
}

/** The part that a shutdown report has too. */
export function sweepParts(plan: SweepPlan, report: SweepReport | undefined) {
  const files = (report?.files ?? []).map(({ file, done }) => ({
    ...fileJson(file),
    done: done.ok && done.value,
    error: done.ok ? null : done.reason,
  }));
  const end = endPlanJson(plan.end);
  const ends = report?.ended.ends ?? [];
  return {
    plan: {
      ...end,
      files: [...end.files, ...plan.files.map(fileJson)],
      deploys: deploysJson(plan.deploys),
    },
    targets: targetsJson(plan.end, report?.ended),
    files,
    archived_files: [...ends.flatMap(each => each.recorded.archived), ...archivedIn(files)],
    rolledBack: report?.undone.rolledBack ?? [],
    errors: [
      ...(report?.undone.leftovers ?? []),
      ...ends.flatMap(each => each.errors),
      ...files.flatMap(({ path, error }) => (error === null ? [] : [`${path}: ${error}`])),
    ],
  };
}

/** Files that the sweep itself archived, besides those that the agents' entries named. */
export function archivedIn(files: readonly (FileJson & { readonly done: boolean })[]): string[] {
  return files.filter(({ work, done }) => work === 'archive' && done).map(({ path }) => path);
}

function fileJson(file: LeftoverFile) {
  return plannedJson({ ...file, path: absolutePathOf(file) });
}
