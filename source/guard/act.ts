/** What the guard does, each through the plans and terminations of the commands. Nothing is changed
 * in a dry run. */
import { isUnlisted, unlistedReason } from '../core/inventory/unlisted.ts';
import { recordedElsewhere } from '../core/lifecycle/elsewhere.ts';
import { judgeAgain, unsettledReason } from '../core/lifecycle/judge-again.ts';
import { isEmptySweep, previewSweep, sweep } from '../core/lifecycle/sweep.ts';
import type { Row } from '../core/model/model.ts';
import type { CommandTools } from '../core/ports/command-tools.ts';
import { apply, preview } from '../core/reconcile/reconcile.ts';
import { isEmpty, planSummary, type ReconcilePlan } from '../core/reconcile/reconcile-plan.ts';
import { planEnd } from '../core/termination/end-plan.ts';
import { runTermination } from '../core/termination/run-plan.ts';
import { sweepSummary } from '../text/sweep-lines.ts';
import type { GuardConfig } from './config.ts';
import type { Ready } from './decide.ts';
import type { Look } from './observer.ts';
import {
  endingOf,
  heldBack,
  listed,
  namesIn,
  nothing,
  type Outcome,
  outcomesIn,
  reasonOf,
  refusalsIn,
  resultsIn,
  warning,
} from './outcome.ts';

export type Acting = {
  readonly tools: CommandTools;
  readonly config: GuardConfig;
  readonly dryRun: boolean;
  /** Whether the machine slept or the guard was stopped since the look: then nothing is begun. */
  isStale(): boolean;
  /** Called before anything is changed, with what will be done. */
  begin(text: string): void;
};

/** Closes ghosts that are ready, and does the bookkeeping of a reconcile. */
export async function reconcileReady(
  { tools, dryRun, isStale, begin }: Acting,
  ready: readonly Ready[],
): Promise<Outcome> {
  const found = await preview(tools, !dryRun);
  if (found.kind !== 'planned') return heldBack('reconcile', found.reasons);
  if (isStale()) return nothing;
  const plan = onlyReady(found.plan, ready);
  if (isEmpty(plan)) return nothing;
  const text = `reconcile: ${planSummary(plan)}`;
  if (dryRun) {
    const about = plan.places.flatMap(({ changes }) => changes.map(({ says }) => says));
    return { ...nothing, said: [{ event: 'would-reconcile', text: `would ${text}`, about }] };
  }
  begin(text);
  const { failures, outcomes, written, durationMs } = await apply(tools, plan);
  const changes = outcomes.filter(each => each.skippedBecause === undefined);
  return {
    ...nothing,
    ok: failures.length === 0,
    said: [
      {
        event: 'reconciled',
        text,
        ok: failures.length === 0,
        durationMs: Math.round(durationMs),
        changes: changes.map(({ change }) => change.says),
        written,
      },
      ...failures.map(({ path, reason }) => warning(`reconcile: ${path}: ${reason}`)),
    ],
  };
}

/** Entries are closed only for ghosts that are ready. */
function onlyReady(plan: ReconcilePlan, ready: readonly Ready[]): ReconcilePlan {
  const nameOf = (workspace?: string, task?: string, agentId?: string) =>
    JSON.stringify([workspace, task, agentId]);
  const names = new Set(
    ready
      .filter(({ subject }) => subject === 'ghost')
      .map(({ row }) => nameOf(row.workspace, row.task, row.agentId)),
  );
  const places = plan.places.map(place => ({
    ...place,
    changes: place.changes.filter(
      ({ kind, task, agentId }) =>
        kind !== 'close' || names.has(nameOf(place.workspace, task, agentId)),
    ),
  }));
  return { ...plan, places };
}

/** Ends rows that are ready as a sweep does, and cleans up files and interrupted deploys. */
export async function sweepReady(
  { tools, config, dryRun, isStale, begin }: Acting,
  ready: readonly Ready[],
): Promise<Outcome> {
  const verdicts = new Map(ready.map(({ row }) => [row.key, row.verdict]));
  const isIdle = ready.some(({ subject }) => subject === 'idle');
  const found = await previewSweep(tools, {
    idleMs: isIdle ? config.idleLimitMs : undefined,
    isIncluded: row => verdicts.has(row.key) && verdicts.get(row.key) === row.verdict,
  });
  if (found.kind === 'unreadable') return heldBack('sweep', found.reasons);
  if (isStale()) return nothing;
  const { plan } = found;
  const refused = refusalsIn(plan.end);
  if (isEmptySweep(plan)) return { ...nothing, said: refused };
  const summary = sweepSummary(plan);
  const targets = namesIn(plan.end);
  if (dryRun) {
    const text = `would sweep: ${listed(summary, targets)}`;
    return { ...nothing, said: [...refused, { event: 'would-sweep', text, about: targets }] };
  }
  begin(`sweep: ${listed(summary, targets)}`);
  const report = await sweep(tools, plan, { reason: reasonOf(ready) });
  return {
    ...endingOf(report.ended),
    ok: report.ok,
    said: [
      ...refused,
      {
        event: 'swept',
        text: `sweep: ${listed(summary, outcomesIn(report.ended))}`,
        ok: report.ok,
        durationMs: report.durationMs,
        targets: resultsIn(report.ended),
        files: report.files.map(({ file, done }) => ({
          path: file.path,
          work: file.work,
          ok: done.ok,
        })),
        rolledBack: report.undone.rolledBack,
      },
      ...[...report.warnings, ...report.undone.leftovers].map(warning),
    ],
  };
}

/** Ends rows that are ready at once. They are judged again first, as those of any bulk command. */
export async function killReady(
  { tools, dryRun, isStale, begin }: Acting,
  { snapshot }: Look,
  ready: readonly Ready[],
): Promise<Outcome> {
  const { host, monitor } = tools;
  const inventory = monitor.inventory();
  if (inventory?.processes.ok !== true || inventory.takenAt !== snapshot.takenAt) return nothing;
  const rows = ready.map(({ row }) => row);
  const elsewhere = await recordedElsewhere(host.registries, rows, snapshot.workspaces);
  const whyNot = (row: Row) =>
    elsewhere.get(row.key) ??
    (isUnlisted(row, snapshot.workspaces) ? unlistedReason : undefined) ??
    unsettledReason(row, snapshot);
  const wanted = rows.map(row => ({ row, isNamed: false, refused: whyNot(row) }));
  const plan = planEnd(snapshot, inventory, wanted, tools);
  const targets = namesIn(plan);
  if (dryRun || targets.length === 0) {
    const would = { event: 'would-kill', text: `would end ${targets.join(', ')}`, about: targets };
    return { ...nothing, said: [...refusalsIn(plan), ...(targets.length > 0 ? [would] : [])] };
  }
  const judged = await judgeAgain(tools, plan);
  const remaining = namesIn(judged);
  if (isStale() || remaining.length === 0) return { ...nothing, said: refusalsIn(judged) };
  begin(`end ${remaining.join(', ')}`);
  const report = await runTermination(host, judged, { ...tools, reason: reasonOf(ready) });
  return {
    ...endingOf(report),
    said: [
      ...refusalsIn(judged),
      {
        event: 'killed',
        text: `end ${outcomesIn(report).join(', ')}: ${reasonOf(ready)}`,
        ok: report.ok,
        durationMs: report.durationMs,
        targets: resultsIn(report),
      },
      ...report.warnings.map(warning),
    ],
  };
}
