/** Schema `vigil.deploy/1` of docs/json.md. */
import type { DeployReport, DeployRequest } from '../../core/lifecycle/deployment.ts';
import { plannedJson } from './plan-json.ts';

const made = { work: 'create', reason: 'its own' } as const;
/** File names contain the agent id, which a dry run does not know. */
const inIt = { work: 'change', reason: 'its prompt and its logs are made in it' } as const;

export function deployJson(request: DeployRequest, report: DeployReport, dryRun: boolean) {
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
