/** `vigil sweep`: shows the leftovers, asks for confirmation, cleans up. */

import {
  isEmptySweep,
  previewSweep,
  sweep as run,
  type SweepScope,
  sweepReason,
} from '../../core/lifecycle/sweep.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { sweepPlanLines, sweepReportLines, sweepSummary } from '../../text/sweep-lines.ts';
import { sweepJson } from '../json/sweep-json.ts';
import { exitCodes, type Output } from '../output.ts';
import { type ChangeOptions, change, codeOf, noWorkspace, stop } from './change.ts';

/** @returns the exit code, as readme.md lists it. */
export function sweep(
  tools: CommandTools,
  scope: SweepScope,
  options: ChangeOptions,
  output: Output,
): Promise<number> {
  const { host, monitor } = tools;
  const { readOnlyReason } = host;
  return change({ name: 'sweep', readOnlyReason, monitor }, options, output, async warn => {
    if (!options.dryRun) host.killRecovery.resumeStopped();
    const preview = await previewSweep(tools, scope);
    if (preview.kind === 'unreadable')
      return stop(
        exitCodes.unreadable,
        ...preview.reasons.map(reason => `nothing was cleaned up: ${reason}`),
      );
    const { plan } = preview;
    if (monitor.inventory()?.workspaces.length === 0) warn(noWorkspace);
    const cleanUp = async (reason = sweepReason) => {
      const report = await run(tools, plan, { reason });
      return {
        lines: sweepReportLines(report, output.charset),
        json: () => sweepJson(plan, report),
        messages: report.warnings,
        code: codeOf(report.ok),
      };
    };
    return {
      lines: sweepPlanLines(plan, output.charset),
      json: () => ({ ...sweepJson(plan, undefined), dryRun: options.dryRun }),
      questions: [`Clean up (${sweepSummary(plan)})?`],
      run: isEmptySweep(plan) ? undefined : cleanUp,
    };
  });
}
