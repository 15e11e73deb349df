/** Runs: what is ready after a look is ended, swept or reconciled, one after the other, as far as
 * the policy and the limit of endings allow. */
import { foreignWorkspace } from '../core/lifecycle/elsewhere.ts';
import { groupBy } from '../core/model/group-by.ts';
import type { CommandTools } from '../core/ports/command-tools.ts';
import { unreadIn } from '../core/reconcile/reconcile.ts';
import { nameOf } from '../core/rows/describe.ts';
import { counted } from '../text/units.ts';
import { type Acting, killReady, reconcileReady, sweepReady } from './act.ts';
import { type Agreement, type Case, machineKey } from './agreement.ts';
import { createBudget } from './budget.ts';
import { type GuardConfig, hasAction } from './config.ts';
import { decide, type Held, isAgreed, type Ready } from './decide.ts';
import type { Look } from './observer.ts';
import type { Outcome, Said } from './outcome.ts';
import { createRefusals, isRefusal } from './refusals.ts';
import type { Report } from './report.ts';

type RunsOptions = {
  readonly tools: CommandTools;
  readonly report: Report;
  isDryRun(): boolean;
  isStale(): boolean;
  /** Writes the status. */
  save(): void;
};

/** What a look has found. */
export type Found = {
  readonly look: Look;
  readonly cases: readonly Case[];
  readonly agreement: Agreement;
  readonly config: GuardConfig;
};

export type RunResult = {
  readonly ok: boolean;
  /** Keys of rows that should have been ended and are still running. */
  readonly failed: ReadonlySet<string>;
};

export function createRuns({ tools, report, isDryRun, isStale, save }: RunsOptions) {
  const { host, monitor } = tools;
  const budget = createBudget();
  let lastCleanup: { readonly at: number; readonly ok: boolean } | undefined;
  let cleanedAt = host.clock.steadyNow();
  let isSoon = false;
  const refusals = createRefusals();

  /** Carries an action out and reports it: changes always, the rest only if it is new. */
  async function carryOut(topic: string, work: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = await work();
    const isChange = ({ event }: Said) => changes.has(event);
    for (const each of outcome.said.filter(isChange)) report.say(each);
    report.sayNew(
      topic,
      outcome.said.filter(each => !isChange(each) && !isRefusal(each)),
    );
    report.doing(undefined);
    budget.spend(outcome.ended, host.clock.steadyNow());
    save();
    return outcome;
  }

  /** As many as may still be ended; the rest is an alarm. */
  function withinBudget(ready: readonly Ready[], { maximumEndings }: GuardConfig) {
    const most = budget.remaining(maximumEndings, host.clock.steadyNow());
    const inTurn = refusals.inTurn(ready);
    const allowed = inTurn.slice(0, most);
    const excess = inTurn.slice(most).filter(each => !refusals.isRefused(each));
    const text = `${counted(excess.length, 'row')} not ended: at most ${maximumEndings} a minute (guard.maximumEndings)`;
    report.alert(
      'maximum-endings',
      excess.length > 0,
      excess.length > 0 ? text : 'no row waits to be ended',
    );
    return allowed;
  }

  return {
    /** The last run that swept or reconciled. */
    lastCleanup: () => lastCleanup,
    /** Sweeps and reconciles after the next look. */
    cleanSoon: () => {
      isSoon = true;
    },
    async act(
      { look, cases, agreement, config }: Found,
      { signal, isOnce }: { readonly signal: AbortSignal; readonly isOnce: boolean },
    ): Promise<RunResult> {
      const { clock } = host;
      const { ready, held } = decide(cases, agreement, config, look.at);
      report.sayNew('held', held.map(heldBack));
      const isTime = isOnce || isSoon || clock.steadyNow() - cleanedAt >= config.everyMs;
      // Files and bookkeeping have no row whose verdict could have agreed.
      const isDue = isTime && isAgreed(agreement.get(machineKey), config, look.at);
      const mayReconcile = isDue && hasAction(config, 'reconcile');
      const maySweep = isDue && hasAction(config, 'sweep');
      const wanted = ready.filter(
        ({ action }) => action === 'kill' || (action === 'sweep' && maySweep),
      );
      const isAsked = isTime && (hasAction(config, 'reconcile') || hasAction(config, 'sweep'));
      const blocked = isAsked || wanted.length > 0 ? obstacles(look) : [];
      report.sayNew('blocked', blocked);
      const failed = new Set<string>();
      if (blocked.length > 0) return { ok: false, failed };
      const allowed = isDue || wanted.length > 0 ? withinBudget(onePerRow(wanted), config) : [];
      const isKill = ({ action }: Ready) => action === 'kill';
      const acting = (): Acting => ({
        ...{ config, dryRun: isDryRun(), isStale },
        tools: {
          ...tools,
          spareNames: [...tools.spareNames, ...config.protect],
          includesSuspected: false,
        },
        begin: text => {
          report.doing(text);
          save();
        },
      });
      const kills = [...groupBy(allowed.filter(isKill), ({ subject }) => subject)];
      const steps = [
        ...kills.map(
          ([subject, rows]) => [`kill ${subject}`, () => killReady(acting(), look, rows)] as const,
        ),
        ...(mayReconcile ? [['reconcile', () => reconcileReady(acting(), ready)] as const] : []),
        ...(maySweep
          ? [
              [
                'sweep',
                () =>
                  sweepReady(
                    acting(),
                    allowed.filter(each => !isKill(each)),
                  ),
              ] as const,
            ]
          : []),
      ];
      let ok = true;
      const said: Said[] = [];
      for (const [topic, work] of steps) {
        if (signal.aborted || isStale()) break;
        const outcome = await carryOut(topic, work);
        ok &&= outcome.ok;
        for (const key of outcome.failed) failed.add(key);
        said.push(...outcome.said);
      }
      report.sayNew('refused', refusals.note(ready, allowed, said));
      if (isDue) {
        cleanedAt = clock.steadyNow();
        isSoon = false;
        report.ran(clock.now());
        if (mayReconcile || maySweep) lastCleanup = { at: clock.now(), ok };
      }
      return { ok, failed };
    },
  };

  /** Another vigil that shuts the workspace down ends everything itself. */
  function shutdownIn(workspace: string): string[] {
    const state = host.shutdownJournal.read(workspace);
    if (!state.ok || state.value === undefined) return [];
    const { phase, by } = state.value;
    const isRunning =
      phase !== 'done' && by.bootId === host.machine.bootId && host.processes.isRunning(by);
    return isRunning ? [`${workspace}: pid ${by.pid} is shutting it down`] : [];
  }

  /** Why nothing at all may be changed now. */
  function obstacles({ snapshot }: Look): Said[] {
    const foreign = foreignWorkspace(monitor);
    const reasons = [
      ...unreadIn(snapshot).map(text => ['unread', text] as const),
      ...snapshot.workspaces.flatMap(shutdownIn).map(text => ['shutdown', text] as const),
      ...(host.readOnlyReason === undefined ? [] : [['read-only', host.readOnlyReason] as const]),
      ...(foreign === undefined ? [] : [['foreign', foreign] as const]),
    ];
    return reasons.map(([kind, text]) => ({
      event: 'held-back',
      text: `nothing is changed: ${text}`,
      kind,
    }));
  }
}

const changes: ReadonlySet<string> = new Set(['reconciled', 'swept', 'killed']);

function heldBack({ subject, row, kind, reason }: Held): Said {
  const text = `${nameOf(row)} is skipped (${subject}): ${reason}`;
  return { event: 'held-back', text, kind, target: row.key };
}

/** A row that meets several conditions is ended once, at once if any of them says so. */
function onePerRow(ready: readonly Ready[]): Ready[] {
  const rows = new Map<string, Ready>();
  for (const each of ready)
    if (!rows.has(each.row.key) || each.action === 'kill') rows.set(each.row.key, each);
  return [...rows.values()];
}
