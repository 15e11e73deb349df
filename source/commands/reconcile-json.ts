/** Schema `vigil.reconcile/1` of the contract. */
import type { Outcome } from '../core/reconcile/mend.ts';
import type { Change, ReconcilePlan } from '../core/reconcile/plan.ts';
import type { Report } from '../core/reconcile/reconcile.ts';

/** @param report what was made of the plan; absent for a dry run. */
export function reconcileJson(plan: ReconcilePlan, report: Report | undefined) {
  const changes = plan.places.flatMap(place => place.changes.map(change => ({ change, place })));
  const outcomeOf = (change: Change) => report?.outcomes.find(outcome => outcome.change === change);
  return {
    schema: 'vigil.reconcile/1',
    ok:
      report === undefined ||
      (report.failures.length === 0 && report.outcomes.every(each => each.left === undefined)),
    dryRun: report === undefined,
    durationMs: report?.durationMs ?? 0,
    plan: {
      processes: [],
      sessions: [],
      files: plan.places
        .filter(place => place.changes.length + place.counts.length > 0)
        .flatMap(place => [place.taskFile, place.globalFile].filter(path => path !== undefined))
        .filter((path, index, all) => all.indexOf(path) === index),
      spared: [],
    },
    changes: changes.map(({ change, place }) => {
      const outcome = outcomeOf(change);
      return {
        kind: change.kind,
        agentId: change.agentId,
        task: change.task ?? null,
        path: place.taskFile ?? place.globalFile ?? null,
        says: change.says,
        made: outcome !== undefined && outcome.left === undefined,
        left: outcome?.left ?? null,
      };
    }),
    counts: plan.places.flatMap(place => place.counts),
    findings: plan.findings,
    targets: changes
      .filter(({ change }) => change.kind === 'close')
      .map(({ change }) => targetJson(change, outcomeOf(change))),
    written: report?.written ?? [],
    backups: report?.backups ?? [],
    errors: (report?.failures ?? []).map(({ path, reason }) => `${path}: ${reason}`),
  };
}

/** A ghost has nothing to end: it had vanished before. */
function targetJson(change: Change, outcome: Outcome | undefined) {
  return {
    target: change.agentId,
    agentId: change.agentId,
    outcome: outcome?.left === undefined ? 'vanished' : 'refused',
    processes: [],
    signals: [],
    durationMs: 0,
    tmux_session_killed: false,
    escalated_to_sigkill: false,
    verified_no_zombies: true,
    prompt_file_deleted: false,
    archived_files: [],
    errors: outcome?.left === undefined ? [] : [outcome.left],
  };
}
