/** Schema `vigil.kill/1` of the contract. */
import type { EndPlan } from '../core/termination/plan.ts';
import type { EndReport } from '../core/termination/run.ts';
import type { EndTarget } from '../core/termination/target.ts';

export function killJson(plan: EndPlan, report: EndReport | undefined) {
  return {
    schema: 'vigil.kill/1',
    ok: report?.ok ?? plan.targets.every(target => target.refused === undefined),
    dryRun: report === undefined,
    durationMs: report?.durationMs ?? 0,
    plan: {
      processes: plan.targets.flatMap(target =>
        target.members.map(each => processJson(each, target)),
      ),
      sessions: plan.targets.flatMap(({ session }) =>
        session === undefined
          ? []
          : [{ socket: session.socketPath, id: session.id, name: session.name }],
      ),
      files: [],
      spared: plan.targets.flatMap(target => target.spared),
    },
    targets:
      report?.ends.map(({ result, recorded, isSessionKilled, errors }) => ({
        ...base(result.target),
        outcome: result.outcome,
        processes: result.processes.map(each => ({
          ...processJson(each, result.target),
          outcome: each.outcome,
        })),
        signals: result.signals.map(({ pid, start, signal, result: sent, afterMs }) => ({
          pid,
          start,
          signal,
          result: sent,
          afterMs,
        })),
        durationMs: result.durationMs,
        tmux_session_killed: isSessionKilled,
        escalated_to_sigkill: result.escalated,
        verified_no_zombies: report.clean.has(result.target.key),
        prompt_file_deleted: recorded.promptDeleted,
        archived_files: recorded.archived,
        errors,
      })) ??
      plan.targets.map(target => ({
        ...base(target),
        outcome: target.refused === undefined ? null : 'refused',
        processes: target.members.map(each => processJson(each, target)),
        signals: [],
        durationMs: 0,
        tmux_session_killed: false,
        escalated_to_sigkill: false,
        verified_no_zombies: false,
        prompt_file_deleted: false,
        archived_files: [],
        errors: target.refused === undefined ? [] : [target.refused],
      })),
  };
}

function base(target: EndTarget) {
  return { target: target.key, agentId: target.agentId ?? null };
}

function processJson(member: EndTarget['members'][number], target: EndTarget) {
  const { pid, start, startedAt, command, reason } = member;
  return {
    pid,
    start,
    startedAt: new Date(startedAt).toISOString(),
    command,
    reason,
    target: target.key,
  };
}
