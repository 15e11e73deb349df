/** Cleans up leftovers: rolls back interrupted deploys, ends undead agents, husks and orphans, and removes or archives
 * their files. Two polls must agree on each row first. */

import { isManaged } from '../evidence/manager-owners.ts';
import { secondPollMs } from '../inventory/memory.ts';
import { isUnlisted, unlistedReason } from '../inventory/unlisted.ts';
import type { Reading, Row } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import type { FoundIntent } from '../ports/workspace-journals.ts';
import { unreadIn } from '../reconcile/reconcile.ts';
import { nameOf } from '../rows/describe.ts';
import { type EndPlan, planEnd } from '../termination/end-plan.ts';
import { absolutePathOf, displayedPlan } from '../termination/planned-files.ts';
import {
  type EndReport,
  isDead,
  type RunOptions,
  runTermination,
} from '../termination/run-plan.ts';
import { nothingUndone, type Undone } from './deployment.ts';
import { recordedElsewhere } from './elsewhere.ts';
import { judgeAgain, unsettledReason } from './judge-again.ts';
import { type FoundFile, type LeftoverFile, leftoverFiles, youngFileMs } from './leftover-files.ts';
import { recoverDeploys } from './recover.ts';

/** Default reason. */
export const sweepReason = 'swept by vigil';

export type SweepPlan = {
  readonly end: EndPlan;
  readonly scope: SweepScope;
  readonly workspaces: readonly string[];
  readonly files: readonly LeftoverFile[];
  /** Names of interactive agents, which a bulk command never ends. */
  readonly interactive: readonly string[];
  /** Interrupted deploys. */
  readonly deploys: readonly FoundIntent[];
  /** Entries that the reconcile at the end of a shutdown will close, besides those of what it ends. */
  readonly deadEntries: number;
};

export type SweepPreview =
  | { readonly kind: 'planned'; readonly plan: SweepPlan }
  | { readonly kind: 'unreadable'; readonly reasons: readonly string[] };

export type FileOutcome = { readonly file: LeftoverFile; readonly done: Reading<boolean> };

export type SweepReport = {
  readonly workspaces: readonly string[];
  readonly ended: EndReport;
  readonly undone: Undone;
  readonly files: readonly FileOutcome[];
  /** Other errors, such as an unwritable log, one sentence each. */
  readonly warnings: readonly string[];
  readonly ok: boolean;
  readonly durationMs: number;
};

export type SweepScope = {
  /** Include agents whose session was idle longer than this, milliseconds. */
  readonly idleMs?: number;
  /** Include live agents, for a shutdown. */
  readonly everyAgent?: boolean;
  /** Only these rows, for the guard; by default all. */
  readonly isIncluded?: (row: Row) => boolean;
};

/** Polls twice and plans what both polls agree on. */
export async function previewSweep(tools: CommandTools, scope: SweepScope): Promise<SweepPreview> {
  const { host, monitor } = tools;
  const { everyAgent = false } = scope;
  const first = await monitor.pollUntilSettled();
  if (unreadIn(first).length > 0) return { kind: 'unreadable', reasons: unreadIn(first) };
  const before = filesIn(tools, first.workspaces);
  const prompts = before.filter(file => file.kind === 'prompt');
  const youngest = Math.max(0, ...prompts.map(file => file.modifiedAt));
  const settlingMs = Math.max(0, Math.min(youngFileMs, youngest + youngFileMs - first.takenAt));
  await host.clock.sleep(Math.max(secondPollMs + 20, settlingMs));
  const last = await monitor.poll();
  const inventory = monitor.inventory();
  if (unreadIn(last).length > 0 || inventory === undefined)
    return { kind: 'unreadable', reasons: unreadIn(last) };
  const intents = last.workspaces.flatMap(each => host.deployJournal.read(each));
  const { isIncluded = () => true } = scope;
  const wanted = last.rows.filter(
    row => isIncluded(row) && isWanted(row, scope, last.takenAt, intents),
  );
  const elsewhere = await recordedElsewhere(host.registries, wanted, last.workspaces);
  const planned = planEnd(
    last,
    inventory,
    wanted.map(row => ({
      row,
      isNamed: false,
      // A shutdown includes every recorded agent, even with a client attached.
      mayBeAttached: everyAgent && row.agentId !== undefined,
      refused:
        elsewhere.get(row.key) ??
        // A shutdown includes unlisted rows, because it has its own confirmation.
        (!everyAgent && isUnlisted(row, last.workspaces) ? unlistedReason : undefined) ??
        (row.class === 'live' ? undefined : unsettledReason(row, last)),
    })),
    tools,
  );
  const ending = new Set(
    planned.targets.filter(target => target.refused === undefined).map(target => target.key),
  );
  const deploying = new Set(
    intents.flatMap(({ intent, isRunning }) =>
      intent.ok && isRunning ? [intent.value.agentId] : [],
    ),
  );
  const seenBefore = new Set(before.map(absolutePathOf));
  const found = filesIn(tools, last.workspaces).filter(file =>
    seenBefore.has(absolutePathOf(file)),
  );
  const { registries } = inventory;
  const files = leftoverFiles(found, { registries, snapshot: last, ending, deploying });
  const listed = new Set(files.map(absolutePathOf));
  const end = displayedPlan(planned, host, listed);
  const deploys = intents.filter(each => !each.isRunning);
  const { workspaces, rows } = last;
  const interactive = rows
    .filter(row => row.class === 'interactive' && !wanted.includes(row))
    .map(nameOf);
  const deadEntries = everyAgent ? rows.filter(row => row.class === 'ghost').length : 0;
  const plan = { end, scope, workspaces, files, interactive, deploys, deadEntries };
  return { kind: 'planned', plan };
}

/** Whether the plan changes nothing; it may still list refused targets. */
export function isEmptySweep({ end, files, deploys }: SweepPlan): boolean {
  const isNothingEnded = end.targets.every(target => target.refused !== undefined);
  return isNothingEnded && files.length + deploys.length === 0;
}

/** Applies the plan, and nothing beyond it. */
export async function sweep(
  tools: CommandTools,
  plan: SweepPlan,
  { reason, onEvent, key }: Pick<RunOptions, 'reason' | 'onEvent' | 'key'>,
): Promise<SweepReport> {
  const { host } = tools;
  const startedAt = host.clock.steadyNow();
  const undone = plan.deploys.length > 0 ? await recoverDeploys(tools) : nothingUndone;
  // A shutdown still wants a recorded agent whose class has changed.
  const current = await judgeAgain(
    tools,
    plan.end,
    (row, { agentId }) =>
      plan.scope.everyAgent === true && agentId !== undefined && row.class !== 'unknown',
  );
  const ended = await runTermination(host, current, { ...tools, reason, onEvent, key });
  const results = ended.ends.map(({ result }) => result);
  const dead = new Set(results.filter(isDead).map(({ target }) => target.key));
  // Refused targets do not count as failures.
  const isDone = ended.ends.every(
    ({ result, recorded, left }) =>
      result.outcome === 'refused' ||
      (isDead(result) && recorded.errors.length === 0 && left.every(each => each.isWanted)),
  );
  const archived: string[] = [];
  const files = plan.files
    .filter(({ after }) => after === undefined || dead.has(after))
    .map((file): FileOutcome => ({ file, done: tidy(tools, file, archived) }));
  const ok = isDone && undone.leftovers.length === 0 && files.every(({ done }) => done.ok);
  if (files.length > 0)
    host.auditLog.write({
      ...{ event: 'sweep', target: 'files', reason, key, outcome: ok ? 'done' : 'incomplete' },
      archived,
      notes: files.map(
        ({ file, done }) => `${file.work} ${nameOfFile(file)}${done.ok ? '' : `: ${done.reason}`}`,
      ),
    });
  return {
    workspaces: plan.workspaces,
    ended,
    undone,
    files,
    warnings: [...new Set([...undone.warnings, ...ended.warnings])],
    ok,
    durationMs: Math.round(host.clock.steadyNow() - startedAt),
  };
}

function isWanted(
  row: Row,
  { idleMs, everyAgent }: SweepScope,
  now: number,
  intents: readonly FoundIntent[],
): boolean {
  // Skip sessions of running deploys, soon recorded, and of interrupted ones, rolled back instead.
  const isDeployed = intents.some(
    ({ intent }) => intent.ok && intent.value.session === row.session?.name,
  );
  if (isDeployed) return false;
  if (row.class === 'undead' || row.class === 'husk' || row.class === 'orphan') return true;
  // A shutdown lists what other managers run: it ends none of it.
  if (everyAgent === true && (row.class === 'live' || isManaged(row))) return true;
  if (row.class !== 'live') return false;
  const idle = row.session === undefined ? 0 : now - (row.lastActivityAt ?? now);
  return idleMs !== undefined && idle > idleMs;
}

/** A directory is removed only where nothing is in it. */
function nameOfFile({ kind, task, path }: LeftoverFile): string {
  return `${kind === 'directory' ? 'empty directory ' : ''}${[task, path].filter(Boolean).join('/')}`;
}

/** @param archived gets where an archived file is now. */
function tidy({ host }: CommandTools, file: LeftoverFile, archived: string[]): Reading<boolean> {
  const { agentFiles, workspaceFiles } = host;
  if (file.kind === 'directory')
    return workspaceFiles.removeEmptyDirectory(file.workspace, file.task, file.place);
  if (file.kind === 'lock' || file.kind === 'temporary') return workspaceFiles.removeOwn(file);
  const named = { ...file, agentId: file.agentId ?? '' };
  const done = agentFiles.archive(named);
  if (done.ok && done.value !== undefined) archived.push(done.value);
  return done.ok ? { ok: true, value: done.value !== undefined } : done;
}

function filesIn({ host }: CommandTools, workspaces: readonly string[]): FoundFile[] {
  return workspaces.flatMap(workspace => host.workspaceFiles.listLeftovers(workspace));
}
