/** What the keys that change something set going, beside the screen that goes on. */

import type { Action } from './core/actions.ts';
import { chosenRows } from './core/chosen-rows.ts';
import { answerTo, type Dialog, readOnlyNotice } from './core/dialog.ts';
import {
  afterEvent,
  isUnderWay,
  saidBy,
  underWay,
  withoutWaiting,
  withWaiting,
} from './core/endings.ts';
import type { Event } from './core/events.ts';
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
  /** Called after the state has followed the action. @param before the state it came from. */
  follow(action: Action, before: State): void;
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
  const working = new Set<Promise<unknown>>();
  const work = (promise: Promise<unknown>) => {
    working.add(promise);
    void hold(promise).finally(() => working.delete(promise));
  };

  /** What waits counts down. */
  const tick = () => tell({ kind: 'ending', endings: state().endings, at: ender.clock.now() });
  let ticking: NodeJS.Timeout | undefined;

  const refuse = (reason: string) =>
    tell({ kind: 'opened', dialog: { kind: 'refused', reasons: [reason] } });
  /** What a verb may act on; where that is nothing, it is said why. */
  const freeRows = () => {
    const chosen = chosenRows(state());
    const rows = chosen.filter(row => !isRunning(row.key));
    if (chosen.length === 0) say('no row selected, or the row is gone');
    else if (rows.length === 0) say('already being ended');
    return rows;
  };
  const askEnd = (force: boolean) => {
    const { snapshot, readOnly } = state();
    if (snapshot === undefined) return;
    if (readOnly) return refuse(readOnlyNotice);
    if (ender.lookOnly !== undefined) return refuse(ender.lookOnly);
    const rows = freeRows();
    if (rows.length === 0) return;
    const plan = ender.plan(snapshot, rows);
    if (plan === undefined) return refuse('the process table could not be read');
    tell({ kind: 'opened', dialog: { kind: 'end', plan, force } });
  };
  const freeze = () => {
    const { snapshot, readOnly } = state();
    if (snapshot === undefined) return;
    if (readOnly) return refuse(readOnlyNotice);
    const rows = freeRows();
    if (rows.length === 0) return;
    say(ender.freeze(snapshot, rows));
    changed();
  };
  /** Until it is on record, not only until it is dead. */
  const busy = new Set<string>();
  const isRunning = (key: string) => busy.has(key) || isUnderWay(state().endings, key);
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
      return [swept.ok ? 'sweep: done' : 'sweep: incomplete', ...swept.troubles].join(', ');
    });
  const runReconcile = (plan: ReconcilePlan) =>
    work(
      reconciler.apply(plan).then(report => {
        tell({ kind: 'reconciled', report });
        changed();
      }),
    );
  const runShutdown = (plan: SweepPlan) =>
    beside(plan.end, cleaner.shutdown(show), result => {
      if (result.kind === 'busy' || result.kind === 'unreadable') {
        const reasons = result.kind === 'busy' ? [result.reason] : result.reasons;
        report({ kind: 'refused', reasons });
        return `shutdown: nothing was ended: ${reasons[0]}`;
      }
      report({ kind: 'shut down', report: result.report });
      const { ok, troubles } = result.report;
      return [ok ? 'shutdown: cleanup completed' : 'shutdown: incomplete', ...troubles].join(', ');
    });

  return {
    follow(action, before) {
      const { mode } = before;
      const dialog = mode.kind === 'dialog' ? mode.dialog : undefined;
      if (action.kind === 'end') askEnd(action.force);
      if (action.kind === 'freeze') freeze();
      if (action.kind === 'quit') {
        const endings = underWay(state().endings);
        if (endings === 0 || dialog?.kind === 'quit') quit();
        else tell({ kind: 'opened', dialog: { kind: 'quit', endings } });
      }
      if (action.kind === 'reconcile' && !before.readOnly)
        work(reconciler.survey().then(survey => tell({ kind: 'surveyed', survey })));
      if ((action.kind === 'sweep' || action.kind === 'shutdown') && !before.readOnly)
        work(
          cleaner
            .survey(action.kind === 'shutdown')
            .then(survey => tell({ kind: 'left-overs found', survey })),
        );
      if (action.kind !== 'confirm' || (mode.kind === 'dialog' && mode.isArmed !== true)) return;
      const wanted = dialog && answerTo(dialog).work;
      switch (wanted?.kind) {
        case 'end':
          return beside(wanted.plan, ender.run(wanted.plan, wanted.force, show), noticeOf);
        case 'sweep':
          return runSweep(wanted.plan);
        case 'shutdown':
          return runShutdown(wanted.plan);
        case 'reconcile':
          return runReconcile(wanted.plan);
        case 'quit':
          return quit();
      }
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
    const { agentId, session, members, key } = result.target;
    const [first] = members;
    const name = agentId ?? session?.name ?? (first && `pid ${first.pid}`) ?? key;
    const trouble = errors.length > 0 ? `: ${errors[0]}` : '';
    const seconds = (result.durationMs / 1000).toFixed(1);
    return result.outcome === 'survived'
      ? `${name} still running after ${seconds} s${trouble}`
      : `${name} ${result.outcome} in ${seconds} s${trouble}`;
  });
  return [...said, ...troubles].join(', ');
}
