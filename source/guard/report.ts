/** What the guard says: events to its observers, each thing once while it lasts, and its status. */
import type { GuardAlert, GuardHealth, GuardStatus } from '../core/model/guard-status.ts';
import type { GuardEvent, GuardObserver, Look } from './observer.ts';
import type { Said } from './outcome.ts';

export type Report = ReturnType<typeof createReport>;

type ReportOptions = {
  readonly observers: readonly GuardObserver[];
  readonly now: () => number;
  /** Of the guard, without what changes. */
  readonly self: Pick<GuardStatus, 'pid' | 'start' | 'bootId' | 'startedAt'>;
  /** Those that an earlier guard has raised and not cleared. */
  readonly raised?: readonly GuardAlert[];
};

/** Events after which they are what the guard did last. */
const deeds: ReadonlySet<string> = new Set([
  'reconciled',
  'swept',
  'killed',
  'would-reconcile',
  'would-sweep',
  'would-kill',
]);

/** What an event is about: a plan by what is in it, as its sentence has sizes that change. */
function topicOf({ event, text, about }: Said): string {
  return JSON.stringify([event, about ?? text]);
}

export function createReport({ observers, now, self, raised = [] }: ReportOptions) {
  const alerts = new Map(raised.map(each => [each.name, each]));
  /** What was said in the last step that said such things, by topic. */
  const lasting = new Map<string, ReadonlySet<string>>();
  let facts: Omit<GuardStatus, keyof typeof self | 'alerts' | 'health'> = {};
  let level: GuardHealth = 'good';
  const happened = (event: GuardEvent) => {
    const { name } = event;
    if (typeof name === 'string' && event.event === 'alert-raised')
      alerts.set(name, { name, since: event.at, text: event.text });
    if (typeof name === 'string' && event.event === 'alert-cleared') alerts.delete(name);
    if (deeds.has(event.event))
      facts = { ...facts, lastAction: event.text, lastActionAt: event.at };
    for (const observer of observers) observer.happened(event);
  };
  const say = ({ event, text, ...fields }: Said) => happened({ event, at: now(), text, ...fields });
  return {
    happened,
    say,
    /** Says those that were not said the last time for this topic. */
    sayNew(topic: string, said: readonly Said[]): void {
      const before = lasting.get(topic);
      for (const each of said) if (before?.has(topicOf(each)) !== true) say(each);
      lasting.set(topic, new Set(said.map(topicOf)));
    },
    /** Raises an alert, or clears it, if that is new. */
    alert(name: string, isRaised: boolean, text: string): void {
      if (isRaised === alerts.has(name)) return;
      say({ event: isRaised ? 'alert-raised' : 'alert-cleared', name, text });
    },
    looked(look: Look, health: GuardHealth, intervalMs: number): void {
      facts = { ...facts, lastLookAt: look.at, intervalMs };
      level = health;
      for (const observer of observers) observer.looked(look);
    },
    ran: (at: number) => {
      facts = { ...facts, lastRunAt: at };
    },
    /** What is being done, until it is done. */
    doing(text: string | undefined): void {
      facts = { ...facts, doing: text };
    },
    status(): GuardStatus {
      const health = level === 'good' && alerts.size > 0 ? 'warning' : level;
      return { ...self, ...facts, alerts: [...alerts.values()], health };
    },
  };
}
