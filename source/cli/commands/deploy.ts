/** `vigil deploy`: starts one agent, or rolls everything back. */
import { deploy as run } from '../../core/lifecycle/deploy.ts';
import {
  type DeployReport,
  type DeployRequest,
  nothingUndone,
  typeFault,
} from '../../core/lifecycle/deployment.ts';
import { preflight } from '../../core/lifecycle/preflight.ts';
import { recoverDeploys } from '../../core/lifecycle/recover.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { deployLines } from '../../text/deploy-lines.ts';
import { deployJson } from '../json/deploy-json.ts';
import { exitCodes, type Output } from '../output.ts';
import { type ChangeOptions, change } from './change.ts';

/** @param stopping aborted by a signal: roll back.
 * @returns the exit code, as readme.md lists it. */
export function deploy(
  tools: CommandTools,
  request: DeployRequest,
  options: Pick<ChangeOptions, 'json' | 'dryRun' | 'readOnly'>,
  stopping: AbortSignal,
  output: Output,
): Promise<number> {
  const { dryRun } = options;
  const wrong = typeFault(request.type);
  const fault = wrong && `--type ${JSON.stringify(request.type)}: ${wrong}`;
  const { readOnlyReason } = tools.host;
  return change({ name: 'deploy', fault, readOnlyReason }, options, output, async warn => {
    if (!dryRun) {
      const { rolledBack, leftovers, warnings } = await recoverDeploys(tools);
      for (const said of [...rolledBack, ...leftovers]) warn(`an earlier deploy: ${said}`);
      for (const warning of warnings) warn(warning);
    }
    // Nothing is asked, so there is no plan to show first.
    const report = dryRun ? await previewOf(tools, request) : await run(tools, request, stopping);
    const json = () => deployJson(request, report, dryRun);
    if (report.fault === undefined)
      return { lines: deployLines(request, report, dryRun, output.charset), json };
    const { step, reason, kind } = report.fault;
    const messages = [
      `${step === 'pre-flight' ? '' : `step "${step}" failed: `}${reason}`,
      ...report.rolledBack,
      ...report.leftovers.map(said => `not rolled back: ${said}`),
      ...report.warnings,
    ];
    return { json, messages, code: codes[kind] };
  });
}

const codes = {
  'not found': exitCodes.noTarget,
  refused: exitCodes.refused,
  unreadable: exitCodes.unreadable,
  failed: exitCodes.survived,
  interrupted: exitCodes.survived,
} as const;

async function previewOf(tools: CommandTools, request: DeployRequest): Promise<DeployReport> {
  const target = await preflight(tools, request);
  const nothing = { processes: [], files: [], ...nothingUndone, durationMs: 0 };
  return target.kind === 'ok'
    ? {
        ...nothing,
        files: [{ path: `${target.workspace}/${target.directory}`, kind: 'directory' }],
      }
    : { ...nothing, fault: { ...target, step: 'pre-flight' } };
}
