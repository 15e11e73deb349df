/** Schema `vigil.deploy/1` of the contract. */
import type { DeployReport, DeployRequest } from '../core/lifecycle/deployment.ts';

export function deployJson(request: DeployRequest, report: DeployReport, dryRun: boolean) {
  const { agentId, session, processes, files, fault, rolledBack, left, durationMs } = report;
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
      files,
      spared: [],
    },
    targets: [],
    step: fault?.step ?? null,
    cleanup_performed: rolledBack.length > 0,
    rolledBack,
    errors: [...(fault === undefined ? [] : [fault.reason]), ...left],
  };
}
