/** Schema `vigil.kill/1` of docs/json.md. */

import type { EndPlan } from '../../core/termination/end-plan.ts';
import { freesOf } from '../../core/termination/frees.ts';
import type { End, EndReport } from '../../core/termination/run-plan.ts';
import type { EndTarget } from '../../core/termination/target.ts';
import { plannedJson } from './plan-json.ts';

export function killJson(plan: EndPlan, report: EndReport | undefined) {
  return {
    schema: 'vigil.kill/1',
    ok: report?.ok ?? plan.targets.every(target => target.refused === undefined),
    dryRun: report === undefined,
    durationMs: report?.durationMs ?? 0,
    plan: endPlanJson(plan),
    targets: targetsJson(plan, report),
  };
}

/** Lists what is signalled and what is spared; every process of a refused target is spared. */
export function endPlanJson(plan: EndPlan) {
  const ended = plan.targets.filter(target => target.refused === undefined);
  return {
    processes: ended.flatMap(target => target.members.map(each => processJson(each, target))),
    sessions: ended
      .flatMap(({ session }) => session ?? [])
      .map(({ socketPath, id, name }) => ({ socket: socketPath, id, name })),
    files: ended.flatMap(({ files = [] }) => files.map(plannedJson)),
    spared: plan.targets.flatMap(({ spared, members, refused: reason }) => [
      ...spared.map(({ pid, command, reason: why }) => ({ pid, command, reason: why.text })),
      ...(reason === undefined
        ? []
        : members.map(({ pid, command }) => ({ pid, command, reason: reason.text }))),
    ]),
    notes: ended.flatMap(({ key, notes }) => notes.map(text => ({ target: key, text }))),
    frees: freesJson(plan),
  };
}

/** The fields of a target of which nothing was signalled. */
export const untouched = {
  signals: [],
  durationMs: 0,
  tmux_session_killed: false,
  escalated_to_sigkill: false,
  verified_no_zombies: false,
  prompt_file_deleted: false,
  archived_files: [],
  left: [],
};

/** One entry per target, with the fields of docs/json.md. @param report absent for a dry run. */
export function targetsJson(plan: EndPlan, report: EndReport | undefined) {
  return (
    report?.ends.map(endJson) ??
    plan.targets.map(target => ({
      ...base(target),
      outcome: target.refused === undefined ? null : 'refused',
      processes: target.members.map(each => ({ ...processJson(each, target), outcome: null })),
      ...untouched,
      errors: target.refused === undefined ? [] : [target.refused.text],
    }))
  );
}

/** The result of one target. */
export function endJson({ result, recorded, isClean, isSessionKilled, left, errors }: End) {
  return {
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
    verified_no_zombies: isClean,
    prompt_file_deleted: recorded.promptDeleted,
    archived_files: recorded.archived,
    left: left.map(({ pid, start, startedAt, command, reason }) => ({
      pid,
      start,
      startedAt: new Date(startedAt).toISOString(),
      command,
      reason,
    })),
    errors,
  };
}

/** Ports are `null` if none is known and some could not be read: unknown is not none. */
function freesJson(plan: EndPlan) {
  const { rssBytes, cpuPercent, ports } = freesOf(plan.targets);
  const isUnknown = ports.known.length === 0 && ports.unknownOf.length > 0;
  return {
    rssBytes,
    cpuPercent,
    ports: isUnknown ? null : ports.known,
    portsUnknownOf: ports.unknownOf,
  };
}

function base(target: EndTarget) {
  const { key, agentId = null, workspace = null } = target;
  return { target: key, agentId, workspace };
}

function processJson(member: EndTarget['members'][number], target: EndTarget) {
  const { pid, start, startedAt, command, reason } = member;
  return {
    pid,
    start,
    startedAt: new Date(startedAt).toISOString(),
    command,
    reason: reason.text,
    target: target.key,
  };
}
