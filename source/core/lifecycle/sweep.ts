/** Finding what is left over and cleaning it up: dead deploys are undone, rows that are nobody's are
 * ended, then files without an agent are removed or archived. Two looks must agree first. */

import { isAgreed, secondPollMs } from '../inventory/memory.ts';
import { isUnlisted, unlistedReason } from '../inventory/unlisted.ts';
import type { Reading, Row, Snapshot } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import type { FoundIntent } from '../ports/workspace-journals.ts';
import type { EndEvent } from '../termination/end.ts';
import { type EndPlan, planEnd } from '../termination/end-plan.ts';
import { withPorts } from '../termination/frees.ts';
import { placeOfFile, withFiles } from '../termination/planned-files.ts';
import type { Refusal } from '../termination/refusal.ts';
import { type EndReport, isDead, runEnding } from '../termination/run-plan.ts';
import type { EndTarget } from '../termination/target.ts';
import { recordedElsewhere } from './elsewhere.ts';
import { hasSameVerdict, judgeAgain, unsettledReason } from './judge-again.ts';
import { type FoundFile, type LeftFile, leftFilesOf, youngFileMs } from './left-files.ts';
import { recoverDeploys } from './recover.ts';
import { nothingUndone, type Undone } from './undo.ts';

/** Where nobody gave another one. */
export const sweepReason = 'swept by vigil';

export type SweepPlan = {
  readonly end: EndPlan;
  readonly scope: SweepScope;
  readonly files: readonly LeftFile[];
  /** Deploys that were cut off. */
  readonly deploys: readonly FoundIntent[];
};

export type SweepSurvey =
  | { readonly kind: 'planned'; readonly plan: SweepPlan }
  | { readonly kind: 'unreadable'; readonly reasons: readonly string[] };

export type FileOutcome = { readonly file: LeftFile; readonly done: Reading<boolean> };

export type SweepReport = {
  readonly ended: EndReport;
  readonly undone: Undone;
  readonly files: readonly FileOutcome[];
  /** What went wrong beside it: a log that cannot be written, one sentence each. */
  readonly troubles: readonly string[];
  readonly ok: boolean;
  readonly durationMs: number;
};

export type SweepScope = {
  /** Also agents whose session was idle for longer, milliseconds. */
  readonly idleMs?: number;
  /** Also whoever lives and is an agent's: a shutdown. */
  readonly everybody?: boolean;
};

/** Looks twice; what both had is planned. */
export async function surveySweep(tools: CommandTools, scope: SweepScope): Promise<SweepSurvey> {
  const { host, monitor } = tools;
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
  const wanted = last.rows.filter(row => isWanted(row, scope, last.takenAt, intents));
  const elsewhere = await recordedElsewhere(host.registries, wanted, last.workspaces);
  const planned = planEnd(
    last,
    inventory,
    wanted.map(row => ({
      row,
      isNamed: false,
      // A shutdown means every agent on record, also one that somebody watches.
      mayBeAttached: scope.everybody === true && row.agentId !== undefined,
      refused: whyLeftAlone(row, scope, last, elsewhere),
    })),
    tools,
  );
  const ported = withPorts(planned, host.processes);
  const ending = new Set(
    ported.targets.filter(target => target.refused === undefined).map(target => target.key),
  );
  const deploying = new Set(
    intents.flatMap(({ intent, isRunning }) =>
      intent.ok && isRunning ? [intent.value.agentId] : [],
    ),
  );
  const seenBefore = new Set(before.map(fileKey));
  const found = filesIn(tools, last.workspaces).filter(file => seenBefore.has(fileKey(file)));
  const files = leftFilesOf(found, {
    registries: inventory.registries,
    snapshot: last,
    ending,
    deploying,
  });
  const listed = new Set(files.map(placeOfFile));
  const end = withFiles(ported, inventory.registries, host.agentFiles, listed);
  const deploys = intents.filter(each => !each.isRunning);
  return { kind: 'planned', plan: { end, scope, files, deploys } };
}

/** Nothing would be changed; what is left alone may be listed all the same. */
export function isEmptySweep({ end, files, deploys }: SweepPlan): boolean {
  const isNothingEnded = end.targets.every(target => target.refused !== undefined);
  return isNothingEnded && files.length + deploys.length === 0;
}

/** Makes the plan's changes. What it did not hold is not touched. */
export async function sweep(
  tools: CommandTools,
  plan: SweepPlan,
  reason: string,
  onEvent?: (event: EndEvent) => void,
): Promise<SweepReport> {
  const { host } = tools;
  const startedAt = host.clock.steadyNow();
  const undone = plan.deploys.length > 0 ? await recoverDeploys(tools) : nothingUndone;
  const current = await judgeAgain(tools, plan.end, (row, target) =>
    isStillMeant(row, target, plan),
  );
  const ended = await runEnding(host, current, { ...tools, reason, onEvent });
  const over = new Set(
    ended.ends.filter(({ result }) => isDead(result)).map(({ result }) => result.target.key),
  );
  const files = plan.files
    .filter(({ after }) => after === undefined || over.has(after))
    .map((file): FileOutcome => ({ file, done: tidy(tools, file) }));
  return {
    ended,
    undone,
    files,
    troubles: [...new Set([...undone.troubles, ...ended.troubles])],
    ok: isDone(ended) && undone.left.length === 0 && files.every(({ done }) => done.ok),
    durationMs: Math.round(host.clock.steadyNow() - startedAt),
  };
}

/** What is left alone on purpose is no failure. */
function isDone({ ends }: EndReport): boolean {
  return ends.every(
    ({ result, recorded }) =>
      result.outcome === 'refused' || (isDead(result) && recorded.errors.length === 0),
  );
}

function whyLeftAlone(
  row: Row,
  scope: SweepScope,
  snapshot: Snapshot,
  elsewhere: ReadonlyMap<string, Refusal>,
): Refusal | undefined {
  const recorded = elsewhere.get(row.key);
  if (recorded !== undefined) return recorded;
  // A shutdown is of everybody, and asks for a word.
  if (scope.everybody !== true && isUnlisted(row, snapshot.workspaces)) return unlistedReason;
  const isBulk = row.class !== 'live';
  return isBulk && !isAgreed(row, snapshot.takenAt) ? unsettledReason(row, snapshot) : undefined;
}

/** An agent on record that a shutdown means is meant in whatever state it is by now. */
function isStillMeant(row: Row, target: EndTarget, { scope }: SweepPlan): boolean {
  if (scope.everybody === true && target.agentId !== undefined && row.class !== 'unknown')
    return true;
  return hasSameVerdict(row, target);
}

function isWanted(
  row: Row,
  { idleMs, everybody }: SweepScope,
  now: number,
  intents: readonly FoundIntent[],
): boolean {
  // One that is being deployed is on record in a moment; one whose deploy died is undone.
  const isDeployed = intents.some(
    ({ intent }) => intent.ok && intent.value.session === row.session?.name,
  );
  if (isDeployed) return false;
  if (row.class === 'undead' || row.class === 'husk' || row.class === 'orphan') return true;
  if (row.class !== 'live') return false;
  if (everybody === true) return true;
  const idle = row.session === undefined ? 0 : now - (row.lastActivityAt ?? now);
  return idleMs !== undefined && idle > idleMs;
}

function tidy({ host }: CommandTools, file: LeftFile): Reading<boolean> {
  const { agentFiles, workspaceFiles } = host;
  const { workspace, task, place, path, agentId = '' } = file;
  if (file.kind === 'directory') return workspaceFiles.removeEmptyDirectory(workspace, task, place);
  if (file.kind === 'lock' || file.kind === 'temporary') return workspaceFiles.removeOwn(file);
  const named = { workspace, task, place, path, agentId };
  return file.work === 'remove' ? agentFiles.remove(named) : agentFiles.archive(named);
}

function filesIn({ host }: CommandTools, workspaces: readonly string[]): FoundFile[] {
  return workspaces.flatMap(workspace => host.workspaceFiles.listLeftovers(workspace));
}

function fileKey({ workspace, task, path }: FoundFile): string {
  return JSON.stringify([workspace, task, path]);
}

function unreadIn({ problems }: Snapshot): string[] {
  return problems.filter(problem => problem.unread).map(problem => problem.message);
}
