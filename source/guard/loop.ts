/** The loop of `vigil watch`: looks at intervals, and acts on what has agreed for long enough. Looks
 * and actions never overlap. */

import type { GuardHealth, GuardStatus } from '../core/model/guard-status.ts';
import type { CommandTools } from '../core/ports/command-tools.ts';
import type { GuardFiles, GuardSensors } from '../core/ports/guard-ports.ts';
import { unreadIn } from '../core/reconcile/reconcile.ts';
import { isEnding } from '../core/termination/progress.ts';
import { counted, duration } from '../text/units.ts';
import { agree, type Case, caseKey, noAgreement, startOver } from './agreement.ts';
import type { Alerts } from './alerts.ts';
import { type Activity, conditionsOf, nextActivity, noActivity } from './conditions.ts';
import type { GuardConfig } from './config.ts';
import { classCases } from './decide.ts';
import type { Earlier } from './earlier.ts';
import { createFindings } from './findings.ts';
import type { GuardObserver, Look } from './observer.ts';
import { readingsFor } from './readings.ts';
import { createReport } from './report.ts';
import { createRuns, type Found } from './runs.ts';
import { beatMs, createSuspension } from './suspension.ts';
import { countPrograms, isCountRead, levelOf } from './thresholds.ts';

/** What the guard adds to a look for the rules of alerts. */
export type OwnFacts = {
  /** The last run that swept or reconciled. */
  readonly lastCleanup?: { readonly at: number; readonly ok: boolean };
  readonly processCount: number;
};

export type AlertSteps = Pick<Alerts, 'step' | 'ghostsSince'>;

export type GuardParts = {
  readonly tools: CommandTools;
  readonly files: GuardFiles;
  readonly sensors: GuardSensors;
  readonly observers: readonly GuardObserver[];
  readonly alerts?: AlertSteps;
  readonly config: GuardConfig;
  /** Says what would be done, and changes nothing. */
  readonly dryRun: boolean;
  /** Calls the function at this interval, milliseconds, until the result is called. */
  readonly every?: (ms: number, work: () => void) => () => void;
  /** For a guard that runs once: what earlier ones have left, and this one is to keep. */
  readonly earlier?: Earlier;
};

export type Guard = ReturnType<typeof createGuard>;

/** Shortest pause after a look that took longer than its interval, milliseconds. */
const shortestPauseMs = 1000;

export function createGuard(parts: GuardParts) {
  const { files, sensors, alerts } = parts;
  let { config, dryRun } = parts;
  const suspension = createSuspension(parts.tools.host.clock, parts.every !== undefined);
  const { clock } = suspension;
  const host = { ...parts.tools.host, clock };
  const tools = { ...parts.tools, host, monitor: suspension.monitorOf(parts.tools.monitor) };
  const { bootId } = host.machine;
  const self = { ...host.control.self(), bootId, startedAt: clock.now() };
  const { observers, earlier } = parts;
  const report = createReport({
    ...{ observers, self, now: () => clock.now(), raised: earlier?.raised },
  });
  const findings = createFindings(report, earlier?.found);
  const runs = createRuns({
    ...{ tools, report, save },
    isDryRun: () => dryRun,
    isStale: suspension.hasBeen,
  });
  let agreement = earlier?.agreement ?? noAgreement;
  let activity: Activity = noActivity;
  let workspaces: readonly string[] = [];
  let level: GuardHealth = 'good';
  let wake = new AbortController();
  let last: Look | undefined;

  function save(): void {
    if (dryRun) return;
    const kept = earlier && {
      ...{ seen: [...agreement], found: findings.found(), ghostsSince: alerts?.ghostsSince() },
    };
    files.write(workspaces, { ...report.status(), ...kept });
  }

  /** Once for each poll, so that what still cannot be written is not new. */
  function warn(): void {
    report.sayNew(
      'files',
      files.warnings().map(text => ({ event: 'warning', text })),
    );
  }

  /** @returns what was found, unless the guard was suspended before or during the look. */
  async function find(): Promise<Found | undefined> {
    const startedAt = clock.steadyNow();
    // A guard that runs once has no earlier poll of its own, and only what two polls agree on may be ended.
    const { monitor } = tools;
    const isOnce = earlier !== undefined;
    const snapshot = await (isOnce ? monitor.pollTwice() : monitor.pollUntilSettled());
    const look = { snapshot, at: clock.now(), tookMs: Math.round(clock.steadyNow() - startedAt) };
    last = look;
    workspaces = snapshot.workspaces;
    const suspendedMs = suspension.take();
    if (suspendedMs > 0) {
      agreement = noAgreement;
      activity = noActivity;
      const text = `suspended for about ${duration(suspendedMs)}: this run only polls, and earlier polls do not count`;
      report.say({ event: 'resumed', text, suspendedMs });
    }
    const readings = readingsFor(snapshot, config, sensors);
    activity = nextActivity(activity, look, readings, config);
    const found = [...classCases(look), ...conditionsOf(look, activity, readings, config)];
    // Another vigil is ending it.
    const cases = found.filter(({ row }) => !isEnding(row.escalation));
    agreement = agree(agreement, cases, { at: look.at, isRead: unreadIn(snapshot).length === 0 });
    note(look);
    findings.note(look, cases, agreement, config);
    save();
    warn();
    return suspendedMs > 0 ? undefined : { look, cases, agreement, config };
  }

  /** Alerts, thresholds and the sign of life. */
  function note(look: Look): void {
    const { snapshot, at } = look;
    const { thresholds } = config;
    const count = countPrograms(snapshot);
    const before = level;
    if (isCountRead(snapshot)) level = levelOf(count, thresholds);
    const isUnread = unreadIn(snapshot).length > 0;
    const health = level === 'good' && isUnread ? 'warning' : level;
    report.looked(look, health, tickOf(config));
    const many = (most: number) => `${counted(count, 'agent program')} running, threshold ${most}`;
    report.alert('many-agents', level !== 'good', many(thresholds.warn));
    report.alert('too-many-agents', level === 'critical', many(thresholds.critical));
    if (level === 'critical' && before !== 'critical' && thresholds.cleanAtCritical)
      runs.cleanSoon();
    const facts = { lastCleanup: runs.lastCleanup(), processCount: count };
    for (const event of alerts?.step(look, facts) ?? []) report.happened(event);
    const foreign = tools.monitor.inventory()?.foreign;
    if (!dryRun)
      files.beat(
        snapshot.workspaces.filter(each => !foreign?.has(each)),
        at,
      );
  }

  async function step(signal: AbortSignal, isOnce: boolean): Promise<boolean> {
    const found = await find();
    if (found === undefined || signal.aborted) return true;
    const { ok, failed } = await runs.act(found, { signal, isOnce });
    const isFailed = (each: Case) => failed.has(each.row.key);
    const keys = new Set(found.cases.filter(isFailed).map(caseKey));
    if (keys.size > 0) agreement = startOver(agreement, keys, clock.now());
    save();
    return ok;
  }

  /** While the work runs, a stop of this process is noticed within a second of its end. */
  async function beating<T>(work: () => Promise<T>): Promise<T> {
    const quiet = parts.every?.(beatMs, suspension.beat);
    try {
      return await work();
    } finally {
      quiet?.();
    }
  }

  async function loop(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => wake.abort(), { once: true });
    while (!signal.aborted) {
      const startedAt = clock.steadyNow();
      await step(signal, false);
      wake = new AbortController();
      const tickMs = tickOf(config);
      const tookMs = clock.steadyNow() - startedAt;
      const waitMs = Math.max(Math.min(tickMs, shortestPauseMs), tickMs - tookMs);
      if (!signal.aborted) await clock.sleep(waitMs, wake.signal);
    }
  }

  return {
    report,
    /** Looks and acts until the signal is aborted; a step that has begun is finished. */
    run: (signal: AbortSignal) => beating(() => loop(signal)),
    /** One look, and what it allows. @returns whether everything succeeded and could be read. */
    async once(signal: AbortSignal): Promise<{ readonly ok: boolean; readonly unread: boolean }> {
      const ok = await beating(() => step(signal, true));
      const unread = last !== undefined && unreadIn(last.snapshot).length > 0;
      return { ok, unread };
    },
    /** Applies another configuration from the next step on. */
    configure(next: GuardConfig, isDryRun: boolean): void {
      config = next;
      dryRun = isDryRun;
      wake.abort();
    },
    status(): { readonly status: GuardStatus; readonly look?: Look } {
      return { status: report.status(), look: last };
    },
    save,
  };
}

/** A run that is due more often than looks needs a look each time. */
function tickOf({ healthMs, everyMs }: GuardConfig): number {
  return Math.min(healthMs, everyMs);
}
