/** Terminations that the screen tracks: running, or finished a moment ago. */

import { groupBy } from '../../core/model/group-by.ts';
import type { Row } from '../../core/model/model.ts';
import { farHostOf } from '../../core/rows/far-rows.ts';
import type { EndEvent } from '../../core/termination/end.ts';
import type { EndPlan } from '../../core/termination/end-plan.ts';
import { type Clocks, escalationOf } from '../../core/termination/escalation.ts';
import {
  type Escalation,
  isDead,
  type ProcessOutcome,
  type TargetOutcome,
} from '../../core/termination/progress.ts';
import { nameOfTarget } from '../../core/termination/target-name.ts';
import type { Mode } from './mode.ts';

export type Endings = ReadonlyMap<string, Escalation>;

export function afterEvent(endings: Endings, event: EndEvent, clock: Clocks): Endings {
  const { key } = event;
  if (event.kind === 'staged')
    return new Map([...endings, [key, escalationOf(event.stage, clock)]]);
  const shownUntil = clock.wall + shownMs;
  if (event.kind === 'respawned') {
    const remaining = event.processes.map(({ pid }) => pid);
    return new Map([...endings, [key, outcomeWith('survived', remaining, shownUntil)]]);
  }
  const { outcome, processes } = event.result;
  const pids = (isWanted: (outcome: ProcessOutcome) => boolean) =>
    processes.filter(each => isWanted(each.outcome)).map(({ pid }) => pid);
  const remaining = pids(each => !isDead(each));
  const ended = new Set(pids(isDead));
  const others = [...endings].map(
    ([other, ending]) => [other, without(ending, ended, outcome)] as const,
  );
  return new Map([...others, [key, outcomeWith(outcome, remaining, shownUntil)]]);
}

function outcomeWith(
  stage: TargetOutcome,
  remaining: readonly number[],
  shownUntil: number,
): Escalation {
  return { stage, shownUntil, alive: remaining[0], remaining };
}

/** The outcome of another termination, without the pids that this one has ended: if none remains, it has ended too. */
function without(
  ending: Escalation,
  ended: ReadonlySet<number>,
  outcome: TargetOutcome,
): Escalation {
  if (!('shownUntil' in ending)) return ending;
  const { remaining = [] } = ending;
  const left = remaining.filter(pid => !ended.has(pid));
  if (left.length === remaining.length) return ending;
  return outcomeWith(left.length === 0 ? outcome : ending.stage, left, ending.shownUntil);
}

/** Row keys that a plan would end. */
export function keysOf({ targets }: Pick<EndPlan, 'targets'>): readonly string[] {
  return targets.flatMap(({ key, refused }) => (refused === undefined ? [key] : []));
}

export function withWaiting(endings: Endings, keys: readonly string[]): Endings {
  return new Map([...endings, ...keys.map(key => [key, { stage: 'waiting' }] as const)]);
}

/** Without those that were never started. */
export function withoutWaiting(endings: Endings, keys: readonly string[]): Endings {
  const isLeft = (key: string) => endings.get(key)?.stage === 'waiting';
  return new Map([...endings].filter(([key]) => !keys.includes(key) || !isLeft(key)));
}

/** With outcomes that came without their stages. @param at epoch milliseconds. */
export function withOutcomes(
  endings: Endings,
  outcomes: ReadonlyMap<string, TargetOutcome> | undefined,
  at: number,
): Endings {
  if (outcomes === undefined) return endings;
  const shownUntil = at + shownMs;
  const next = new Map(endings);
  for (const [key, stage] of outcomes) next.set(key, { stage, shownUntil });
  return next;
}

/** How long an outcome is shown; then the row is as polled. */
export const shownMs = 10_000;

/** Without the outcomes that were shown long enough; the same map if there are none. */
export function stillShown(endings: Endings, now: number): Endings {
  const isShown = (each: Escalation) => !('shownUntil' in each) || now < each.shownUntil;
  const shown = [...endings].filter(([, escalation]) => isShown(escalation));
  return shown.length === endings.size ? endings : new Map(shown);
}

/** Started and without an outcome. */
export function isUnderWay(endings: Endings, key: string): boolean {
  const escalation = endings.get(key);
  return escalation !== undefined && !('shownUntil' in escalation);
}

/** @returns the number of running terminations. */
export function underWay(endings: Endings): number {
  return [...endings.keys()].filter(key => isUnderWay(endings, key)).length;
}

/** @returns the number of running terminations of this machine: others go on without us. */
export function ownUnderWay(endings: Endings, rows: readonly Row[] = []): number {
  const running = underWay(endings);
  if (running === 0) return 0;
  const isElsewhere = (row: Row) => farHostOf(row) !== undefined && isUnderWay(endings, row.key);
  return running - rows.filter(isElsewhere).length;
}

/** The quit question, once the terminations it warned of are over. */
export function isStale(mode: Mode, endings: Endings, rows: readonly Row[] = []): boolean {
  const isQuestion = mode.kind === 'dialog' && mode.dialog.kind === 'quit';
  return isQuestion && ownUnderWay(endings, rows) === 0;
}

/** Messages of an event, for the event log.
 * @param nameOf the name of the row with a key. */
export function eventMessages(event: EndEvent, nameOf: (key: string) => string): readonly string[] {
  // The stages are shown in the row.
  if (event.kind === 'staged') return [];
  if (event.kind === 'respawned')
    return event.processes.map(each => `${nameOf(event.key)}: restarted as pid ${each.pid}`);
  const { target, outcome, durationMs, signals, errors } = event.result;
  const name = nameOfTarget(target);
  const sent = [...groupBy(signals, ({ signal }) => signal)];
  const counts = sent.map(([signal, { length }]) => `${length}×${signal}`).join(', ');
  const how = counts === '' ? '' : ` (${counts})`;
  return [
    `${name}: ${outcome} in ${(durationMs / 1000).toFixed(1)} s${how}`,
    ...errors.map(error => `${name}: ${error}`),
  ];
}

/** The newest events are kept. */
const mostLogged = 500;

export function logged(
  log: readonly string[],
  said: readonly string[],
  at: number,
): readonly string[] {
  if (said.length === 0) return log;
  const time = new Date(at).toTimeString().slice(0, 8);
  return [...log, ...said.map(each => `${time} ${each}`)].slice(-mostLogged);
}

/** The same rows if nothing is being terminated. */
export function withEndings(rows: readonly Row[], endings: Endings): readonly Row[] {
  if (endings.size === 0) return rows;
  return rows.map(row => {
    const escalation = endings.get(row.key);
    // What another vigil reports of its own termination says more.
    const isReported = escalation?.stage === 'waiting' && row.escalation !== undefined;
    return escalation === undefined || isReported ? row : { ...row, escalation };
  });
}
