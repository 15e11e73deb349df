/** `vigil sweep`: shows the leftovers, asks for confirmation, cleans up. */

import { foreignWorkspace } from '../../core/lifecycle/foreign.ts';
import {
  isEmptySweep,
  sweep as run,
  type SweepScope,
  surveySweep,
  sweepReason,
} from '../../core/lifecycle/sweep.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { printable, text } from '../../text/printable.ts';
import { sweepPlanLines, sweepReportLines, sweepSummary } from '../../text/sweep-lines.ts';
import { sweepJson } from '../json/sweep-json.ts';
import { exitCodes, type Output } from '../output.ts';
import type { ChangeOptions } from './reconcile.ts';
import { notConfirmed, noWorkspace, refusalOf } from './refusal.ts';

/** @returns the exit code, as readme.md lists it. */
export async function sweep(
  tools: CommandTools,
  scope: SweepScope,
  options: ChangeOptions & { readonly reason?: string },
  output: Output,
): Promise<number> {
  const complain = (message: string) =>
    output.complain(text`vigil sweep: ${printable(message, output.charset)}`);
  const refusal = refusalOf(options, tools.host.lookOnly);
  if (refusal !== undefined) {
    complain(refusal);
    return exitCodes.refused;
  }
  if (!options.dryRun) tools.host.killRecovery.resumeStopped();
  const survey = await surveySweep(tools, scope);
  if (survey.kind === 'unreadable') {
    for (const reason of survey.reasons) complain(`nothing was cleaned up: ${reason}`);
    return exitCodes.unreadable;
  }
  const { plan } = survey;
  if (tools.monitor.inventory()?.workspaces.length === 0) complain(noWorkspace);
  if (!options.json) output.lines(sweepPlanLines(plan, output.charset));
  if (options.dryRun || isEmptySweep(plan)) {
    if (options.json)
      output.json({ ...sweepJson(plan, undefined), dryRun: options.dryRun }, 'indented');
    return exitCodes.done;
  }
  const foreign = foreignWorkspace(tools.monitor);
  if (foreign !== undefined) {
    complain(`refused: ${foreign}`);
    return exitCodes.refused;
  }
  if (!options.yes) {
    if (options.ask === undefined || options.json) {
      complain(notConfirmed);
      return exitCodes.refused;
    }
    if (!(await options.ask(`Clean up (${sweepSummary(plan)})?`))) {
      complain('nothing was changed');
      return exitCodes.refused;
    }
  }
  const report = await run(tools, plan, options.reason ?? sweepReason);
  if (options.json) output.json(sweepJson(plan, report), 'indented');
  else output.lines(sweepReportLines(report, output.charset));
  for (const trouble of report.troubles) complain(trouble);
  return report.ok ? exitCodes.done : exitCodes.survived;
}
