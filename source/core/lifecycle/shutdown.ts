/** Ends every agent and verifies it: closing → agents → sweep → reconcile → verify. The phase is kept in the journal
 * of each workspace, so that an interrupted shutdown is resumed by the next one. */

import type { CommandTools } from '../ports/command-tools.ts';
import type { ShutdownClaim } from '../ports/workspace-journals.ts';
import type { Report } from '../reconcile/reconcile.ts';
import { apply, preview } from '../reconcile/reconcile.ts';
import type { EndEvent } from '../termination/end.ts';
import type { End } from '../termination/run-plan.ts';
import { createShutdownLog, type ShutdownLog } from './shutdown-log.ts';
import { previewSweep, type SweepPlan, type SweepReport, sweep } from './sweep.ts';
import { type Survivor, verify } from './verify.ts';

/** Default reason. */
export const shutdownReason = 'graceful_shutdown';

export type ShutdownOptions = {
  readonly reason: string;
  /** When aborted, stops after the current phase. */
  readonly stopping: AbortSignal;
  readonly onEvent?: (event: EndEvent) => void;
};

export type ShutdownReport = {
  readonly kind: 'done' | 'interrupted';
  /** How many times it was resumed. */
  readonly resumed: number;
  /** Outcomes of this run, including the sweep. */
  readonly ends: readonly End[];
  readonly swept?: SweepReport;
  /** What was rolled back of interrupted deploys, one sentence each. */
  readonly rolledBack: readonly string[];
  /** Other errors, such as an unwritable log, one sentence each. */
  readonly warnings: readonly string[];
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
  const startedAt = host.clock.steadyNow();
  const errors: string[] = [];
  let ends: readonly End[] = [];
  const rolledBack: string[] = [];
  const warnings = new Set<string>();
  /** Collects the results of a sweep. */
  const collect = ({ ended, undone, warnings: reported }: SweepReport) => {
    ends = [...ends, ...ended.ends];
    for (const warning of reported) warnings.add(warning);
    rolledBack.push(...undone.rolledBack);
    errors.push(...undone.leftovers);
  };
  let swept: SweepReport | undefined;
  let reconciled: Report | undefined;
  const close = (kind: ShutdownReport['kind'], plan: SweepPlan, survivors: readonly Survivor[]) => {
    const all = [...errors, ...log.errors()];
    const report: ShutdownReport = {
      kind,
      resumed: log.resumed,
      ends,
      swept,
      rolledBack,
      warnings: [...warnings],
      reconciled,
      survivors,
      errors: all,
      freedBytes: ends.reduce(
        (sum, { result: { target } }) => sum + (target.refused === undefined ? target.rssBytes : 0),
        0,
      ),
      ok: kind === 'done' && survivors.length === 0 && all.length === 0 && swept?.ok === true,
      durationMs: Math.round(host.clock.steadyNow() - startedAt),
    };
    return { kind: 'report', plan, report } as const;
  };

  log.enter('closing');
  await waitForDeploys(tools, options.stopping);
  const found = await previewSweep(tools, { everyAgent: true });
  if (found.kind === 'unreadable') {
    log.abandon();
    return found;
  }
  const { plan } = found;
  if (options.stopping.aborted) {
    log.abandon();
    return close('interrupted', plan, []);
  }

  log.enter('agents', plan.end.targets);
  await backUp(tools, errors);
  const first = await sweep(tools, { ...plan, files: [] }, options.reason, event => {
    log.follow(event);
    options.onEvent?.(event);
  });
  collect(first);
  if (options.stopping.aborted) return close('interrupted', plan, []);

  log.enter('sweep');
  const rest = await previewSweep(tools, {});
  if (rest.kind === 'unreadable') errors.push(...rest.reasons);
  else {
    swept = await sweep(tools, rest.plan, options.reason, options.onEvent);
    collect(swept);
    errors.push(...keptFiles(swept));
  }
  if (options.stopping.aborted) return close('interrupted', plan, []);

  log.enter('reconcile');
  const drift = await preview(tools, true);
  if (drift.kind !== 'planned') errors.push(...drift.reasons);
  else {
    reconciled = await apply(tools, drift.plan);
    errors.push(...reconciled.failures.map(({ path, reason }) => `${path}: ${reason}`));
  }

  log.enter('verify');
  const survivors = await verify(tools, ends);
  log.enter('done');
  const closed = close('done', plan, survivors);
  log.conclude(closed.report.ok);
  return closed;
}

/** Leftover files that could not be removed or archived, and why. */
function keptFiles({ files }: SweepReport): string[] {
  return files.flatMap(({ file: { workspace, task, path }, done }) =>
    done.ok ? [] : [`kept ${[workspace, task, path].filter(Boolean).join('/')}: ${done.reason}`],
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
  const registries = monitor.inventory()?.registries ?? [];
  for (const workspace of new Set(registries.map(each => each.workspace))) {
    const files = registries.filter(each => each.workspace === workspace && each.reading.ok);
    const made = await host.registryStore.backUp(workspace, files, 'shutdown', lockWaitMs);
    if (!made.ok) errors.push(`${workspace}: no backup: ${made.reason}`);
  }
}
