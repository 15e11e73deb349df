/** Performs the reducer's effects, and reports their results as events. */

import type { Inspector, Wanted } from '../core/inventory/inspector.ts';
import type { AlertWay } from '../core/model/alert.ts';
import type { EndEvent } from '../core/termination/end.ts';
import type { EndPlan } from '../core/termination/end-plan.ts';
import { deedText } from '../text/history-lines.ts';
import type { Attaching } from './attaching.ts';
import type { CustomCommands } from './custom-commands.ts';
import { linesOf, type Remembered, type rememberedElsewhere } from './far-deeds.ts';
import type { FarPlans } from './far-plans.ts';
import {
  outcomeOfEnd,
  outcomeOfRescue,
  outcomeOfShutdown,
  outcomeOfSweep,
  withReason,
} from './outcomes.ts';
import type { Polling } from './polling.ts';
import type { Services } from './services.ts';
import type { Dialog } from './state/dialog.ts';
import type { Effect } from './state/effects.ts';
import { keysOf } from './state/endings.ts';
import type { Event, Outcome } from './state/events.ts';
import { armingMs } from './state/mode.ts';
import { noticeMs } from './state/notice.ts';

export type PerformerOptions = Omit<
  Services,
  'monitor' | 'inspector' | 'attacher' | 'commandPorts' | 'message' | 'guardStatus' | 'fleet'
> & {
  readonly inspector: Pick<Inspector, 'inspect'>;
  readonly commands: Pick<CustomCommands, 'run'>;
  readonly attaching: Pick<Attaching, 'attach'>;
  /** Undefined without a fleet. */
  readonly farPlans?: FarPlans;
  rememberedElsewhere?(most: number): ReturnType<typeof rememberedElsewhere>;
  readonly polling: Pick<Polling, 'poll' | 'reschedule'>;
  /** Applies an event and draws the screen. */
  report(event: Event): void;
  draw(): void;
  /** Gets the user's attention. */
  alert(way: AlertWay, text: string): void;
  redraw(): void;
  suspend(): void;
  quit(): void;
  /** Work that a signal must not cut off. */
  hold<T>(work: Promise<T>): Promise<T>;
};

const unreadTable: Dialog = {
  kind: 'refused',
  reasons: ['the process table could not be read'],
};
const noTargets: Pick<EndPlan, 'targets'> = { targets: [] };
const tickMs = 200;
/** Deeds of earlier vigils in the event log. */
const mostRemembered = 200;

export function createPerformer(options: PerformerOptions) {
  const { reconciler, ender, cleaner, rescuer, inspector, historian, attaching } = options;
  const { polling, report, hold } = options;
  const working = new Set<Promise<unknown>>();
  let ticking: NodeJS.Timeout | undefined;
  let arming: NodeJS.Timeout | undefined;
  let fading: NodeJS.Timeout | undefined;
  let inspecting: NodeJS.Timeout | undefined;
  let isQuitConfirmed = false;

  const now = () => ender.clock.now();
  const notice = (text: string) => report({ kind: 'noticed', notice: text, at: now() });
  /** Reports what the work results in. */
  const work = <T>(running: Promise<T>, eventOf: (result: T) => Event) => {
    const reported = running.then(result => report(eventOf(result)));
    working.add(reported);
    void hold(reported).finally(() => working.delete(reported));
  };
  const noticedAfterPoll = (text: string): Event => {
    polling.poll();
    return { kind: 'noticed', notice: text, at: now() };
  };
  const onProgress = (event: EndEvent) => {
    const clock = { wall: now(), steady: ender.clock.steadyNow() };
    report({ kind: 'progressed', event, clock });
  };
  const finishing = <T>(
    plan: Pick<EndPlan, 'targets'>,
    running: Promise<T>,
    outcomeOf: (result: T) => Outcome,
  ) =>
    work(running, result => ({
      kind: 'finished',
      keys: keysOf(plan),
      at: now(),
      ...outcomeOf(result),
    }));
  const unchangeable = (): Dialog | undefined =>
    ender.readOnlyReason === undefined
      ? undefined
      : { kind: 'refused', reasons: [ender.readOnlyReason] };
  /** The latest wins. */
  const inspectAfter = (afterMs: number, wanted: Wanted) => {
    const inspect = () =>
      inspector.inspect(wanted, inspection => report({ kind: 'inspected', inspection }));
    clearTimeout(inspecting);
    if (afterMs === 0) return inspect();
    inspecting = setTimeout(inspect, afterMs).unref();
  };
  const dialogFor = ({ snapshot, rows, force }: Effect & { kind: 'plan' }): Dialog => {
    const refused = unchangeable();
    if (refused !== undefined) return refused;
    const plan = ender.plan(snapshot, rows);
    return plan === undefined ? unreadTable : { kind: 'end', plan, force };
  };

  return {
    perform(effect: Effect) {
      switch (effect.kind) {
        case 'plan far':
        case 'far':
        case 'drop far':
        case 'retry hosts':
          return options.farPlans?.(effect);
        case 'plan':
          return report({ kind: 'opened', dialog: dialogFor(effect) });
        case 'freeze':
          return work(ender.freeze(effect.snapshot, effect.rows), noticedAfterPoll);
        case 'plan signal': {
          const planned = unchangeable() ?? ender.planSignal(effect.snapshot, effect.rows);
          return report(
            planned === undefined || 'kind' in planned
              ? { kind: 'opened', dialog: planned ?? unreadTable }
              : { kind: 'signal planned', ...planned },
          );
        }
        case 'signal':
          return work(ender.signal(effect.plan, effect.signal), noticedAfterPoll);
        case 'plan rescue': {
          const dialog = unchangeable() ?? ({ kind: 'rescue', plan: rescuer.plan() } as const);
          return report({ kind: 'opened', dialog });
        }
        case 'rescue':
          return finishing(noTargets, rescuer.run(effect.plan), outcomeOfRescue);
        case 'preview':
          if (effect.of === 'reconcile')
            return work(reconciler.preview(), found => ({ kind: 'reconcile previewed', found }));
          return work(cleaner.preview(effect.of === 'shutdown'), found => ({
            kind: 'sweep previewed',
            found,
          }));
        case 'end': {
          const { plan, force, reason } = effect;
          const how = { force, reason: reason?.text };
          const ending = ender.run(plan, how, onProgress).then(async report => ({
            ...report,
            supervisors: await ender.planSupervisors(report),
          }));
          return finishing(plan, ending, ended => withReason(outcomeOfEnd(ended), reason?.text));
        }
        case 'sweep':
          return finishing(
            effect.plan.end,
            cleaner.sweep(effect.plan, onProgress, effect.reason?.text),
            swept => withReason(outcomeOfSweep(swept), effect.reason?.text),
          );
        case 'shutdown':
          return finishing(effect.plan.end, cleaner.shutdown(onProgress), outcomeOfShutdown);
        case 'reconcile':
          return work(reconciler.apply(effect.plan), done => ({
            kind: 'reconciled',
            report: done,
          }));
        case 'attach':
          return attaching.attach(effect.row);
        case 'run':
          void options.commands.run(effect.command, effect.row);
          return;
        case 'inspect':
          return inspectAfter(effect.afterMs, effect);
        case 'alert':
          options.alert(effect.way, effect.text);
          return notice(effect.text);
        case 'notice':
          return notice(effect.text);
        case 'keep columns':
          return options.choices.keepColumns(effect.columns);
        case 'remember': {
          const own = historian.ofOthers().map(deed => ({ at: deed.at, text: deedText(deed) }));
          const remember = (all: readonly Remembered[]) =>
            report({ kind: 'remembered', lines: linesOf(all, mostRemembered) });
          remember(own);
          void options
            .rememberedElsewhere?.(mostRemembered)
            .then(others => remember([...own, ...others]));
          return;
        }
        case 'poll':
          return polling.poll();
        case 'reschedule':
          return polling.reschedule();
        case 'arm': {
          const { dialog } = effect;
          options.draw();
          clearTimeout(arming);
          arming = setTimeout(() => report({ kind: 'armed', dialog }), armingMs).unref();
          return;
        }
        case 'fade': {
          const faded = { kind: 'faded', notice: effect.notice } as const;
          clearTimeout(fading);
          fading = setTimeout(() => report(faded), noticeMs).unref();
          return;
        }
        case 'tick':
          clearTimeout(ticking);
          ticking = setTimeout(() => report({ kind: 'ticked', at: now() }), tickMs);
          return;
        case 'redraw':
        case 'suspend':
          return options[effect.kind]();
        case 'quit':
          isQuitConfirmed = true;
          return options.quit();
      }
    },
    /** Resolves when no termination or write is running. */
    async finish() {
      clearTimeout(ticking);
      clearTimeout(inspecting);
      // On a signal or a lost terminal, running terminations keep their pace.
      if (isQuitConfirmed) ender.escalateNow();
      await Promise.allSettled([...working]);
    },
  };
}
