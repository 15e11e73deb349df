/** `vigil reconcile`: shows the changes that make registry and machine agree, asks for
 * confirmation, applies them. */

import { nothingUndone } from '../../core/lifecycle/deployment.ts';
import { interruptedDeploys, recoverDeploys } from '../../core/lifecycle/recover.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { apply, type Preview, preview } from '../../core/reconcile/reconcile.ts';
import {
  isEmpty,
  planSummary,
  type ReconcilePlan,
  shownBefore,
} from '../../core/reconcile/reconcile-plan.ts';
import { spansIn } from '../../text/line.ts';
import { planLines, reportLines } from '../../text/reconcile-lines.ts';
import { counted } from '../../text/units.ts';
import { deploysJson } from '../json/plan-json.ts';
import { reconcileJson } from '../json/reconcile-json.ts';
import { exitCodes, type Output } from '../output.ts';
import { type ChangeOptions, change, codeOf, noWorkspace, type Shown, stop } from './change.ts';
import { repairPlan } from './repair.ts';

/** @returns the exit code, as readme.md lists it. */
export function reconcile(
  tools: CommandTools,
  options: ChangeOptions,
  output: Output,
): Promise<number> {
  const { monitor } = tools;
  const say = spansIn(output.charset);
  return change({ name: 'reconcile', monitor }, options, output, async warn => {
    const deploys = await interruptedDeploys(tools);
    const found = await preview(tools, !options.dryRun);
    if (found.kind !== 'planned') return repairPlan(tools, output) ?? unplanned(found);
    const { plan } = found;
    if (monitor.inventory()?.workspaces.length === 0) warn(noWorkspace);
    const update = async (): Promise<Shown> => {
      const undone = await recoverDeploys(tools);
      for (const said of undone.leftovers) warn(`not rolled back: ${said}`);
      for (const warning of undone.warnings) warn(warning);
      if (!options.json) output.lines(undone.rolledBack.map(said => [say(said)]));
      // A rollback changes the registries. What was not shown is left for the next time.
      const again = deploys.length > 0 ? await preview(tools, true) : found;
      if (again.kind !== 'planned') return unplanned(again);
      const rest = again === found ? plan : shownBefore(again.plan, plan);
      const report = await apply(tools, rest);
      const document = reconcileJson(rest, report, { deploys, undone });
      return {
        lines: reportLines({ ...report, failures: [] }, output.charset),
        json: () => document,
        messages: report.failures.map(({ path, reason }) => `${path}: ${reason}`),
        code: codeOf(document.ok),
      };
    };
    const report = options.dryRun ? undefined : nothingDone;
    // Deploys whose vigil exited before they were complete.
    const interrupted = deploysJson(deploys).map(name => [
      say(`${name}: its deploy was interrupted and is rolled back`),
    ]);
    return {
      // Ten thousand lines are not made where none is printed.
      lines: options.json ? [] : [...interrupted, ...planLines(plan, output.charset)],
      json: () => reconcileJson(plan, report, { deploys, undone: nothingUndone }),
      questions: [questionFor(plan, deploys.length)],
      run: isEmpty(plan) && deploys.length === 0 ? undefined : update,
    };
  });
}

function unplanned({ kind, reasons }: Exclude<Preview, { kind: 'planned' }>): Shown {
  if (kind === 'unreadable')
    return stop(exitCodes.unreadable, ...reasons.map(reason => `nothing was changed: ${reason}`));
  const hint =
    'see vigil reconcile --restore for backups, or move registry/backups away if the loss was intended';
  return stop(exitCodes.refused, ...reasons.map(reason => `refused: ${reason}; ${hint}`));
}

function questionFor(plan: ReconcilePlan, deploys: number): string {
  const change = `${deploys === 0 ? 'Update' : 'update'} the registries (${planSummary(plan)})?`;
  if (deploys === 0) return change;
  const undo = `Roll back ${counted(deploys, 'interrupted deploy')}`;
  return isEmpty(plan) ? `${undo}?` : `${undo} and ${change}`;
}

const nothingDone = { outcomes: [], failures: [], written: [], backups: [], durationMs: 0 };
