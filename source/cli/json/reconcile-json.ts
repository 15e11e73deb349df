/** Schema `vigil.reconcile/1` of docs/json.md. */
import type { Undone } from '../../core/lifecycle/deployment.ts';
import type { FoundIntent } from '../../core/ports/workspace-journals.ts';
import type { Outcome } from '../../core/reconcile/apply-changes.ts';
import type { Report } from '../../core/reconcile/reconcile.ts';
import {
  type Change,
  isEmpty,
  planSummary,
  type ReconcilePlan,
} from '../../core/reconcile/reconcile-plan.ts';
import { untouched } from './kill-json.ts';
import { deploysJson, type FileJson } from './plan-json.ts';

/** Interrupted deploys, and the result of rolling them back. */
export type Undoing = { readonly deploys: readonly FoundIntent[]; readonly undone: Undone };

/** @param report the result of applying the plan; absent for a dry run. */
export function reconcileJson(plan: ReconcilePlan, report: Report | undefined, extra: Undoing) {
  const changes = plan.places.flatMap(place => place.changes.map(change => ({ change, place })));
  const outcomes = new Map(report?.outcomes.map(outcome => [outcome.change, outcome]));
  return {
    schema: 'vigil.reconcile/1',
    ok:
      report === undefined ||
      (extra.undone.leftovers.length === 0 &&
        report.failures.length === 0 &&
        report.outcomes.every(each => each.skippedBecause === undefined)),
    dryRun: report === undefined,
    durationMs: report?.durationMs ?? 0,
    plan: {
      processes: [],
      sessions: [],
      files: filesJson(plan),
      spared: [],
      deploys: deploysJson(extra.deploys),
    },
    changes: changes.map(({ change, place }) => {
      const outcome = outcomes.get(change);
      return {
        kind: change.kind,
        agentId: change.agentId,
        task: change.task ?? null,
        path: place.databaseFile ?? place.taskFile ?? place.globalFile ?? null,
        says: change.says,
        made: outcome !== undefined && outcome.skippedBecause === undefined,
        left: outcome?.skippedBecause ?? null,
      };
    }),
    counts: plan.places.flatMap(place => place.counts),
    findings: plan.findings,
    targets: changes
      .filter(({ change }) => change.kind === 'close')
      .map(({ change }) => targetJson(change, outcomes.get(change))),
    written: report?.written ?? [],
    backups: report?.backups ?? [],
    rolledBack: extra.undone.rolledBack,
    errors: [
      ...extra.undone.leftovers,
      ...(report?.failures ?? []).map(({ path, reason }) => `${path}: ${reason}`),
    ],
  };
}

/** Lists each registry once, with its own changes. */
function filesJson(plan: ReconcilePlan): FileJson[] {
  const paths = new Set(
    plan.places.flatMap(({ taskFile, globalFile, databaseFile }) =>
      [taskFile, globalFile, databaseFile].flatMap(path => path ?? []),
    ),
  );
  return [...paths].flatMap(path => {
    const places = plan.places
      .filter(each => [each.taskFile, each.globalFile, each.databaseFile].includes(path))
      .map(each => ({ ...each, counts: each.counts.filter(drift => drift.path === path) }));
    const own = { ...plan, places };
    return isEmpty(own)
      ? []
      : [{ path, kind: 'registry', work: 'change', reason: planSummary(own) }];
  });
}

/** A ghost has no process to end: its outcome is `vanished`. */
function targetJson(change: Change, outcome: Outcome | undefined) {
  const whyNot = outcome?.skippedBecause;
  return {
    target: change.agentId,
    agentId: change.agentId,
    outcome: whyNot === undefined ? 'vanished' : 'refused',
    processes: [],
    ...untouched,
    verified_no_zombies: true,
    errors: whyNot === undefined ? [] : [whyNot],
  };
}
