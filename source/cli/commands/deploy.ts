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
import { type Line, type Say, spansIn } from '../../text/line.ts';
import { plannedJson } from '../json/plan-json.ts';
import { exitCodes, type Output } from '../output.ts';
import { type ChangeOptions, change } from './change.ts';

type DeployOptions = Pick<ChangeOptions, 'json' | 'dryRun' | 'readOnly'> & {
  /** Aborted by a signal: roll back. */
  readonly stopping: AbortSignal;
};

/** @returns the exit code, as readme.md lists it. */
export function deploy(
  tools: CommandTools,
  request: DeployRequest,
  options: DeployOptions,
  output: Output,
): Promise<number> {
  const { dryRun, stopping } = options;
  const say = spansIn(output.charset);
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
    if (report.fault === undefined) {
      const lines = dryRun ? previewLines(request, report, say) : reportLines(report, say);
      return { lines, json };
    }
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
  if (target.kind !== 'ok') return { ...nothing, fault: { ...target, step: 'pre-flight' } };
  const path = `${target.workspace}/${target.directory}`;
  return { ...nothing, files: [{ path, kind: 'directory' }] };
}

function previewLines(request: DeployRequest, { files }: DeployReport, say: Say): Line[] {
  const paths = files.map(({ path }) => path).join(', ');
  const command = request.command.join(' ');
  return [[say(`would start an agent of type ${request.type} in ${paths}: ${command}`)]];
}

function reportLines(report: DeployReport, say: Say): Line[] {
  const { agentId = '', session = '', processes, files } = report;
  return [
    [say(agentId)],
    [say(`  session ${session} (vigil why ${agentId} explains it)`)],
    ...processes.map(({ pid, argv }) => [say(`  pid ${pid} ${argv.join(' ')}`)]),
    ...files.map(({ path }) => [say(`  ${path}`)]),
  ];
}

const made = { work: 'create', reason: 'its own' } as const;
/** File names contain the agent id, which a dry run does not know. */
const inIt = { work: 'change', reason: 'its prompt and its logs are made in it' } as const;

/** Schema `vigil.deploy/1` of docs/json.md. */
function deployJson(request: DeployRequest, report: DeployReport, dryRun: boolean) {
  const { agentId, session, processes, files, fault, rolledBack, leftovers, durationMs } = report;
  const shown = processes.map(({ pid, start, startedAt, argv }) => ({
    pid,
    start,
    startedAt: new Date(startedAt).toISOString(),
    command: argv.join(' '),
  }));
  return {
    schema: 'vigil.deploy/1',
    ok: fault === undefined,
    dryRun,
    durationMs,
    agentId: agentId ?? null,
    session: session ?? null,
    task: request.task,
    type: request.type,
    parent: request.parent,
    command: request.command,
    processes: shown,
    plan: {
      processes: [],
      sessions: session === undefined ? [] : [{ socket: request.socketPath, name: session }],
      files: files.map(({ path, kind }) =>
        plannedJson({ path, kind, ...(kind === 'directory' ? inIt : made) }),
      ),
      spared: [],
    },
    targets: [],
    step: fault?.step ?? null,
    cleanup_performed: rolledBack.length > 0,
    rolledBack,
    errors: [...(fault === undefined ? [] : [fault.reason]), ...leftovers],
  };
}
