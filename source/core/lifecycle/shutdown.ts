/** Ends every agent and verifies it: closing → agents → sweep → reconcile → verify. The phase is kept in the journal
 * of each workspace, so that an interrupted shutdown is resumed by the next one. */

import { isManaged } from '../evidence/manager-owners.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import type { ShutdownClaim } from '../ports/workspace-journals.ts';
import { describeProcess } from '../programs/process-name.ts';
import { apply, ownRegistries, preview, type Report } from '../reconcile/reconcile.ts';
import type { EndEvent } from '../termination/end.ts';
import { freesOf } from '../termination/frees.ts';
import { absolutePathOf } from '../termination/planned-files.ts';
import type { End } from '../termination/run-plan.ts';
import type { Undone } from './deployment.ts';
import { recordedElsewhere } from './elsewhere.ts';
import { createShutdownLog, type ShutdownLog } from './shutdown-log.ts';
import { previewSweep, type SweepPlan, type SweepReport, sweep } from './sweep.ts';

/** Default reason. */
export const shutdownReason = 'graceful_shutdown';

export type ShutdownOptions = {
  readonly reason: string;
  /** When aborted, stops after the current phase. */
  readonly stopping: AbortSignal;
  readonly onEvent?: (event: EndEvent) => void;
  /** Key on the screen. */
  readonly key?: string;
};

type Survivor = { readonly target: string; readonly class: string; readonly why: string };

export type ShutdownReport = Omit<Undone, 'leftovers'> & {
  readonly kind: 'done' | 'interrupted';
  /** How many times it was resumed. */
  readonly resumed: number;
  /** Outcomes of this run, including the sweep. */
  readonly ends: readonly End[];
  readonly swept?: SweepReport;
  readonly reconciled?: Report;
  readonly survivors: readonly Survivor[];
  readonly errors: readonly string[];
  readonly freedBytes: number;
  readonly ok: boolean;
  readonly durationMs: number;
};

export type ShutdownResult =
  | { readonly kind: 'report'; readonly plan: SweepPlan; readonly report: ShutdownReport }
  | { readonly kind: 'unreadable'; readonly reasons: readonly string[] }
  /** Another vigil is running one. */
  | { readonly kind: 'busy'; readonly reason: string };

/** @returns the holder of a running shutdown of one of the workspaces, if any. */
export async function runningShutdown({ host }: CommandTools): Promise<string | undefined> {
  for (const workspace of (await host.registries.read()).workspaces) {
    const claim = await host.shutdownJournal.claim(workspace);
    if (!claim.ok) return `${workspace}: ${claim.reason}`;
    claim.value.release();
  }
  return undefined;
}

/** A deploy that started before the workspace was closed is complete or rolled back within this time. */
const deployTimeoutMs = 40_000;
const pollIntervalMs = 100;

export async function shutdown(
  tools: CommandTools,
  options: ShutdownOptions,
): Promise<ShutdownResult> {
  const { host } = tools;
  const { workspaces } = await host.registries.read();
  const claims: ShutdownClaim[] = [];
  try {
    for (const workspace of workspaces) {
      const claim = await host.shutdownJournal.claim(workspace);
      if (!claim.ok) return { kind: 'busy', reason: `${workspace}: ${claim.reason}` };
      claims.push(claim.value);
    }
    return await run(tools, options, createShutdownLog(host, workspaces, options.reason));
  } finally {
    for (const claim of claims) claim.release();
  }
}

async function run(
  tools: CommandTools,
  options: ShutdownOptions,
  log: ShutdownLog,
): Promise<ShutdownResult> {
  const { host } = tools;
  const { reason, stopping, onEvent } = options;
  const startedAt = host.clock.steadyNow();
  const errors: string[] = [];
  const sweeps: SweepReport[] = [];
  const carryOut = async (plan: SweepPlan, follow = onEvent) => {
    const swept = await sweep(tools, plan, { reason, onEvent: follow, key: options.key });
    errors.push(...swept.undone.leftovers);
    sweeps.push(swept);
    return swept;
  };
  const ends = () => sweeps.flatMap(({ ended }) => ended.ends);
  const isAllOver = () => ends().every(({ left }) => left.every(each => each.isWanted));
  let reconciled: Report | undefined;

  log.enter('closing');
  await waitForDeploys(tools, stopping);
  const found = await previewSweep(tools, { everyAgent: true });
  if (found.kind === 'unreadable') {
    log.abandon();
    return found;
  }
  const { plan } = found;
  const close = (kind: ShutdownReport['kind'], survivors: readonly Survivor[]) => {
    const all = [...errors, ...log.errors()];
    const [, swept] = sweeps;
    const report: ShutdownReport = {
      kind,
      resumed: log.resumed,
      ends: ends(),
      swept,
      rolledBack: sweeps.flatMap(({ undone }) => undone.rolledBack),
      warnings: [...new Set(sweeps.flatMap(({ warnings }) => warnings))],
      reconciled,
      survivors,
      errors: all,
      freedBytes: freesOf(ends().map(({ result }) => result.target)).rssBytes,
      ok:
        kind === 'done' &&
        survivors.length === 0 &&
        all.length === 0 &&
        swept?.ok === true &&
        isAllOver(),
      durationMs: Math.round(host.clock.steadyNow() - startedAt),
    };
    return { kind: 'report', plan, report } as const;
  };
  if (stopping.aborted) {
    log.abandon();
    return close('interrupted', []);
  }

  log.enter('agents', plan.end.targets);
  await backUp(tools, errors);
  await carryOut({ ...plan, files: [] }, event => {
    log.follow(event);
    onEvent?.(event);
  });
  if (stopping.aborted) return close('interrupted', []);

  log.enter('sweep');
  const rest = await previewSweep(tools, {});
  if (rest.kind === 'unreadable') errors.push(...rest.reasons);
  else errors.push(...keptFiles(await carryOut(rest.plan)));
  if (stopping.aborted) return close('interrupted', []);

  log.enter('reconcile');
  const drift = await preview(tools, true);
  if (drift.kind !== 'planned') errors.push(...drift.reasons);
  else {
    reconciled = await apply(tools, drift.plan);
    errors.push(...reconciled.failures.map(({ path, reason }) => `${path}: ${reason}`));
  }

  log.enter('verify');
  const survivors = await verify(tools, ends());
  log.enter('done');
  const closed = close('done', survivors);
  log.conclude(closed.report.ok);
  return closed;
}

/** Leftover files that could not be removed or archived, and why. */
function keptFiles({ files }: SweepReport): string[] {
  return files.flatMap(({ file, done }) =>
    done.ok ? [] : [`kept ${absolutePathOf(file)}: ${done.reason}`],
  );
}

/** Waits for deploys that started before the workspace was closed. */
async function waitForDeploys({ host }: CommandTools, stopping: AbortSignal): Promise<void> {
  const { workspaces } = await host.registries.read();
  const deadline = host.clock.steadyNow() + deployTimeoutMs;
  const isDeploying = () =>
    workspaces.some(workspace => host.deployJournal.read(workspace).some(each => each.isRunning));
  while (isDeploying() && host.clock.steadyNow() < deadline && !stopping.aborted)
    await host.clock.sleep(pollIntervalMs, stopping);
}

async function backUp(
  { host, monitor, lockWaitMs }: CommandTools,
  errors: string[],
): Promise<void> {
  const registries = ownRegistries(monitor.inventory());
  for (const workspace of new Set(registries.map(each => each.workspace))) {
    const files = registries.filter(each => each.workspace === workspace && each.reading.ok);
    const made = await host.registryStore.backUp(workspace, files, 'shutdown', lockWaitMs);
    if (!made.ok) errors.push(`${workspace}: no backup: ${made.reason}`);
  }
}

/** What is still running, by a new poll rather than by earlier outcomes.
 * @param ends outcomes of the shutdown, which explain why a target is still running. */
async function verify({ host, monitor }: CommandTools, ends: readonly End[]): Promise<Survivor[]> {
  const snapshot = await monitor.pollUntilSettled();
  const unread = snapshot.problems
    .filter(problem => problem.unread)
    .map(({ source, message }): Survivor => ({ target: source, class: 'unknown', why: message }));
  const elsewhere = await recordedElsewhere(host.registries, snapshot.rows, snapshot.workspaces);
  const foreign = monitor.inventory()?.foreign;
  const remaining = snapshot.rows.filter(
    row =>
      ['live', 'undead', 'husk', 'orphan', 'unknown'].includes(row.class) &&
      // A shutdown does not promise to end suspected orphans.
      row.confidence !== 'suspected' &&
      !isManaged(row) &&
      !(row.workspace !== undefined && foreign?.has(row.workspace)) &&
      !elsewhere.has(row.key),
  );
  const rows = remaining.map((row): Survivor => {
    const own = ends.find(({ result }) => result.target.key === row.key);
    const names = row.processes.map(describeProcess).join(', ') || row.session?.name || row.key;
    return { target: row.key, class: row.class, why: own?.errors.join('; ') || names };
  });
  const listed = new Set(rows.map(row => row.target));
  const running = new Set(
    ends.flatMap(({ result: { target, processes } }) =>
      processes.some(each => host.processes.isRunning(each)) ? [target.key] : [],
    ),
  );
  // Targets that survived may be hidden from the last poll. Others exited late, after their outcome was reported.
  const hidden = ends.flatMap(({ result: { target, outcome }, errors }): Survivor[] => {
    const isHidden = !listed.has(target.key) && running.has(target.key);
    return isHidden && (outcome === 'survived' || outcome === 'denied')
      ? [{ target: target.key, class: target.class, why: errors.join('; ') }]
      : [];
  });
  return [...unread, ...rows, ...hidden];
}
