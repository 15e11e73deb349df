/** A sweep in words, for the terminal and the screen's dialog. */
import type { LeftoverFile } from '../core/lifecycle/leftover-files.ts';
import { isEmptySweep, type SweepPlan, type SweepReport } from '../core/lifecycle/sweep.ts';
import { workspaceNames } from '../core/rows/workspace-names.ts';
import { isDead, isOutOfScope } from '../core/termination/run-plan.ts';
import { endPlanLines, endReportLines } from './kill-lines.ts';
import { type Line, type Say, spansIn } from './line.ts';
import type { Charset } from './printable.ts';
import { bytes, counted, seconds } from './units.ts';

export function sweepPlanLines(plan: SweepPlan, charset: Charset): Line[] {
  const say = spansIn(charset);
  const nothing = plan.end.targets.length === 0 ? 'no leftovers' : 'nothing to clean up';
  const locationOf = locationsIn(plan);
  return [
    ...(isEmptySweep(plan) && plan.deadEntries === 0 ? [[say(nothing, 'live')]] : []),
    ...(plan.deadEntries === 0 ? [] : [[say(deadText(plan.deadEntries))]]),
    ...plan.deploys.map(({ intent, path }) => [
      say(`  undo  interrupted deploy of ${intent.ok ? intent.value.agentId : path}`),
    ]),
    ...interactiveLines(plan, say),
    ...endPlanLines(plan.end, charset),
    ...plan.files.map(file => [
      say(`  ${file.work}  ${locationOf(file)}`),
      say(`  ${file.reason}`, 'dim'),
    ]),
  ];
}

function deadText(count: number): string {
  return `reconcile: close ${counted(count, 'dead entry', 'dead entries')}`;
}

/** Of a shutdown, which ends every other agent. */
function interactiveLines({ scope, interactive }: SweepPlan, say: Say): Line[] {
  if (scope.everyAgent !== true || interactive.length === 0) return [];
  const count = counted(interactive.length, 'interactive agent');
  return [[say(`spared: ${count}: ${interactive.join(', ')}`, 'live')]];
}

/** `3 to end, 1 not included, 5 files to remove or archive, 210M freed`. */
export function sweepSummary({ end, files, deploys }: SweepPlan): string {
  const ending = end.targets.filter(target => target.refused === undefined);
  const freed = ending.reduce((sum, target) => sum + target.rssBytes, 0);
  const own = ending.flatMap(target => target.files ?? []);
  const undo = deploys.length > 0 ? `, ${counted(deploys.length, 'deploy')} to undo` : '';
  const left = end.targets.filter(isOutOfScope).length;
  const notIncluded = left > 0 ? `, ${left} not included` : '';
  return `${ending.length} to end${notIncluded}, ${counted(files.length + own.length, 'file')} to remove or archive${undo}, ${bytes(freed)} freed`;
}

export function sweepReportLines(report: SweepReport, charset: Charset): Line[] {
  const say = spansIn(charset);
  const locationOf = locationsIn(report);
  const { ended, undone, files } = report;
  const count = (work: LeftoverFile['work']) =>
    files.filter(({ file, done }) => done.ok && done.value && file.work === work).length;
  // A recorded agent was cleaned up with its termination.
  const recorded = ended.ends.map(each => each.recorded);
  const removed = count('remove');
  const archived = count('archive') + recorded.flatMap(each => each.archived).length;
  const dead = ended.ends.filter(({ result }) => isDead(result)).length;
  return [
    ...undone.rolledBack.map(said => [say(said)]),
    ...undone.leftovers.map(said => [say(`not rolled back: ${said}`, 'problem')]),
    ...endReportLines(ended, charset),
    ...files.flatMap(({ file, done }) =>
      done.ok ? [] : [[say(`kept  ${locationOf(file)}: ${done.reason}`, 'problem')]],
    ),
    [
      say(
        `${dead} ended, ${removed} removed, ${archived} archived, ${seconds(report.durationMs)}`,
        report.ok ? 'live' : 'problem',
      ),
    ],
  ];
}

/** Where a file is; with its workspace, where there are several. */
function locationsIn({ workspaces }: Pick<SweepPlan, 'workspaces'>) {
  const names = workspaces.length > 1 ? workspaceNames(workspaces) : undefined;
  return ({ workspace, task, path }: LeftoverFile): string => {
    const name = names?.get(workspace);
    return [
      ...(name === undefined ? [] : [`${name}:`]),
      [task, path].filter(Boolean).join('/'),
    ].join(' ');
  };
}
