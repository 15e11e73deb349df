/** `vigil deploy`: starts one agent, or leaves nothing behind. */
import { deploy as run } from '../../core/lifecycle/deploy.ts';
import {
  type DeployReport,
  type DeployRequest,
  typeFault,
} from '../../core/lifecycle/deployment.ts';
import { preflight } from '../../core/lifecycle/preflight.ts';
import { recoverDeploys } from '../../core/lifecycle/recover.ts';
import { nothingUndone } from '../../core/lifecycle/undo.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { deployLines } from '../../text/deploy-lines.ts';
import { printable, text } from '../../text/printable.ts';
import { deployJson } from '../json/deploy-json.ts';
import { exitCodes, type Output } from '../output.ts';
import { refusalOf } from './refusal.ts';

export type DeployCommandOptions = {
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly readOnly: boolean;
};

/** @param stopping a signal came: goes no further.
 * @returns the exit code, as readme.md lists it. */
export async function deploy(
  tools: CommandTools,
  request: DeployRequest,
  options: DeployCommandOptions,
  stopping: AbortSignal,
  output: Output,
): Promise<number> {
  const complain = (message: string) =>
    output.complain(text`vigil deploy: ${printable(message, output.charset)}`);
  const fault = typeFault(request.type);
  if (fault !== undefined) {
    complain(`--type ${JSON.stringify(request.type)}: ${fault}`);
    return exitCodes.usage;
  }
  const refusal = refusalOf(options, tools.host.lookOnly);
  if (refusal !== undefined) {
    complain(refusal);
    return exitCodes.refused;
  }
  if (!options.dryRun) {
    const { rolledBack, left, troubles } = await recoverDeploys(tools);
    for (const said of [...rolledBack, ...left]) complain(`an earlier deploy: ${said}`);
    for (const trouble of troubles) complain(trouble);
  }
  const report = options.dryRun
    ? await dryRun(tools, request)
    : await run(tools, request, stopping);
  if (options.json) output.json(deployJson(request, report, options.dryRun), 'indented');
  else if (report.fault === undefined)
    output.lines(deployLines(request, report, options.dryRun, output.charset));
  if (report.fault === undefined) return exitCodes.done;
  const { step, reason, kind } = report.fault;
  const where = step === 'pre-flight' ? '' : `step "${step}" failed: `;
  complain(`${where}${reason}`);
  for (const said of report.rolledBack) complain(said);
  for (const said of report.left) complain(`not rolled back: ${said}`);
  for (const trouble of report.troubles) complain(trouble);
  return codes[kind];
}

const codes = {
  'not found': exitCodes.noTarget,
  refused: exitCodes.refused,
  unreadable: exitCodes.unreadable,
  failed: exitCodes.survived,
  interrupted: exitCodes.survived,
} as const;

async function dryRun(tools: CommandTools, request: DeployRequest): Promise<DeployReport> {
  const target = await preflight(tools, request);
  const nothing = { processes: [], files: [], ...nothingUndone, durationMs: 0 };
  return target.kind === 'ok'
    ? {
        ...nothing,
        files: [{ path: `${target.workspace}/${target.directory}`, kind: 'directory' }],
      }
    : { ...nothing, fault: { ...target, step: 'pre-flight' } };
}
