/** What the keys that change something set going, beside the screen that goes on. */

import { chosenRows } from './core/chosen-rows.ts';
import { type Dialog, isGranted } from './core/dialog.ts';
import { afterEvent, saidBy, underWay, withoutWaiting, withWaiting } from './core/endings.ts';
import type { Event } from './core/events.ts';
import type { Intent } from './core/intents.ts';
import type { Cleaner } from './core/lifecycle/cleaner.ts';
import type { SweepPlan } from './core/lifecycle/sweep.ts';
import type { ReconcilePlan } from './core/reconcile/plan.ts';
import type { Reconciler } from './core/reconcile/reconciler.ts';
import type { State } from './core/state.ts';
import type { EndEvent } from './core/termination/end.ts';
import type { Ender } from './core/termination/ender.ts';
import type { EndPlan } from './core/termination/plan.ts';
import type { EndReport } from './core/termination/run.ts';

export type Verbs = {
  /** Called after the state has followed the intent. @param before the state it came from. */
  follow(intent: Intent, before: State): void;
  /** Resolves when nothing is being ended or written any more. */
  finish(inHurry: boolean): Promise<void>;
};

export type VerbsOptions = {
  readonly reconciler: Reconciler;
  readonly ender: Ender;
  readonly cleaner: Cleaner;
  state(): State;
  tell(event: Event): void;
  /** Something has changed: look again. */
  changed(): void;
  quit(): void;
  /** Work that is not to be cut off by a signal. */
  hold<T>(work: Promise<T>): Promise<T>;
};

export function createVerbs({
  reconciler,
  ender,
  cleaner,
  state,
  tell,
  changed,
  quit,
  hold,
}: VerbsOptions): Verbs {
  let applying: ReconcilePlan | undefined;
  const working = new Set<Promise<unknown>>();
  const work = (promise: Promise<unknown>) => {
    working.add(promise);
    void hold(promise).finally(() => working.delete(promise));
  };

  /** What waits counts down. */
  const tick = () => tell({ kind: 'ending', endings: state().endings, at: ender.clock.now() });
  let ticking: NodeJS.Timeout | undefined;

  const askEnd = (force: boolean) => {
    const { snapshot, readOnly } = state();
    const rows = chosenRows(state()).filter(row => !isRunning(row.key));
    if (snapshot === undefined || rows.length === 0) return;
    const refuse = (reason: string) =>
      tell({ kind: 'opened', dialog: { kind: 'refused', reasons: [reason] } });
    if (readOnly) return refuse('--read-only: no key changes anything');
    if (ender.lookOnly !== undefined) return refuse(ender.lookOnly);
    const plan = ender.plan(snapshot, rows);
    if (plan === undefined) return refuse('the process table could not be read');
    tell({ kind: 'opened', dialog: { kind: 'end', plan, force } });
  };
  const freeze = () => {
    const { snapshot, readOnly, endings } = state();
    if (snapshot === undefined || readOnly) return;
    const rows = chosenRows(state()).filter(row => !isRunning(row.key));
    const notice = ender.freeze(snapshot, rows);
    tell({ kind: 'ending', endings, at: ender.clock.now(), notice, said: [notice] });
    changed();
  };
  /** Until it is on record, not only until it is dead. */
  const busy = new Set<string>();
  const isRunning = (key: string) => busy.has(key);
  const show = (event: EndEvent) => {
    const clock = { wall: ender.clock.now(), steady: ender.clock.steadyNow() };
    tell({
      kind: 'ending',
      endings: afterEvent(state().endings, event, clock),
      at: clock.wall,
      said: saidBy(event),
    });
  };
  const say = (notice: string, endings = state().endings) =>
    tell({
      kind: 'ending',
      endings,
      at: ender.clock.now(),
      notice,
      said: [notice],
    });
  /** Endings that count down beside the table. @param then what to say when they are over. */
  const beside = <T>(plan: EndPlan, running: Promise<T>, then: (result: T) => string) => {
    clearInterval(ticking);
    ticking = setInterval(tick, tickMs);
    const targets = plan.targets.filter(target => target.refused === undefined);
    const keys = targets.map(target => target.key);
    for (const key of keys) busy.add(key);
    tell({
      kind: 'ending',
      endings: withWaiting(state().endings, keys),
      at: ender.clock.now(),
    });
    work(
      running.then(result => {
        for (const key of keys) busy.delete(key);
        say(then(result), withoutWaiting(state().endings, keys));
        changed();
        if (underWay(state().endings) === 0) clearInterval(ticking);
      }),
    );
  };
  /** Not over what somebody has open. */
  const report = (dialog: Dialog) => {
    if (state().mode.kind === 'table') tell({ kind: 'opened', dialog });
  };
  const runSweep = (plan: SweepPlan) =>
    beside(plan.end, cleaner.sweep(plan, show), swept => {
      report({ kind: 'swept', report: swept });
      return swept.ok ? 'sweep: done' : 'sweep: not all of it';
    });
  const runShutdown = (plan: SweepPlan) =>
    beside(plan.end, cleaner.shutdown(show), result => {
      if (result.kind === 'busy' || result.kind === 'unreadable') {
        const reasons = result.kind === 'busy' ? [result.reason] : result.reasons;
        report({ kind: 'refused', reasons });
        return `shutdown: nothing is ended: ${reasons[0]}`;
      }
      report({ kind: 'shut down', report: result.report });
      return result.report.ok ? 'shutdown: cleanup completed' : 'shutdown: not all of it';
    });

  return {
    follow(intent, before) {
      const { mode } = before;
      const dialog = mode.kind === 'dialog' ? mode.dialog : undefined;
      if (intent.kind === 'end') askEnd(intent.force);
      if (intent.kind === 'freeze') freeze();
      if (intent.kind === 'quit') {
        const endings = underWay(state().endings);
        if (endings === 0 || dialog?.kind === 'quit') quit();
        else tell({ kind: 'opened', dialog: { kind: 'quit', endings } });
      }
      if (intent.kind === 'reconcile' && !before.readOnly)
        work(reconciler.survey().then(survey => tell({ kind: 'surveyed', survey })));
      if ((intent.kind === 'sweep' || intent.kind === 'shutdown') && !before.readOnly)
        work(
          cleaner
            .survey(intent.kind === 'shutdown')
            .then(survey => tell({ kind: 'left-overs found', survey })),
        );
      if (intent.kind !== 'confirm') return;
      if (dialog?.kind === 'end')
        beside(dialog.plan, ender.run(dialog.plan, dialog.force, show), noticeOf);
      if (dialog !== undefined && isGranted(dialog)) {
        if (dialog.kind === 'sweep') runSweep(dialog.plan);
        if (dialog.kind === 'shutdown') runShutdown(dialog.plan);
      }
      if (dialog?.kind === 'quit') quit();
      const now = state().mode;
      if (now.kind !== 'dialog' || now.dialog.kind !== 'writing') return;
      // Once: a second yes finds the dialog writing, and its plan under way.
      if (now.dialog.plan === applying) return;
      applying = now.dialog.plan;
      work(
        reconciler.apply(applying).then(report => {
          tell({ kind: 'reconciled', report });
          changed();
        }),
      );
    },
    async finish(inHurry) {
      clearInterval(ticking);
      if (inHurry) ender.hurry();
      await Promise.allSettled([...working]);
    },
  };
}

const tickMs = 200;

function noticeOf({ ends, troubles }: EndReport): string {
  const said = ends.map(({ result, errors }) => {
    const { agentId, session, key } = result.target;
    const name = agentId ?? session?.name ?? key;
    const trouble = errors.length > 0 ? `: ${errors[0]}` : '';
    return `${name} ${result.outcome} in ${(result.durationMs / 1000).toFixed(1)} s${trouble}`;
  });
  return [...said, ...troubles].join(', ');
}
