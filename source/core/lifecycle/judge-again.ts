/** A plan of a bulk verb is old when its first signal is due: a question stood, somebody attached to a session, an
 * entry was written. Each target is judged once more; what has changed is left alone, and named. */

import type { Monitor } from '../inventory/monitor.ts';
import { isAlive } from '../inventory/scene.ts';
import { identityOf, type Row, type Snapshot } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import type { EndPlan } from '../termination/end-plan.ts';
import type { Refusal } from '../termination/refusal.ts';
import type { EndTarget } from '../termination/target.ts';
import { recordedElsewhere } from './elsewhere.ts';

type JudgeTools = {
  readonly host: Pick<Host, 'registries'>;
  readonly monitor: Pick<Monitor, 'poll' | 'inventory'>;
};

/** @param isStillMeant whether a row that is not what it was is still to be ended: a shutdown means every agent.
 * @returns the plan, with a refusal for each target that is no longer what it was. */
export async function judgeAgain(
  { host, monitor }: JudgeTools,
  plan: EndPlan,
  isStillMeant: (row: Row, target: EndTarget) => boolean = hasSameVerdict,
): Promise<EndPlan> {
  const isOpen = ({ refused, isNamed }: EndTarget) => refused === undefined && !isNamed;
  if (!plan.targets.some(isOpen)) return plan;
  const snapshot = await monitor.poll();
  const rows = new Map(snapshot.rows.map(row => [row.key, row]));
  const byProcess = new Map(
    snapshot.rows.flatMap(row => row.processes.map(each => [identityOf(each), row] as const)),
  );
  // What has come on record meanwhile has another key.
  const rowOf = ({ key, members }: EndTarget) =>
    rows.get(key) ?? members.map(each => byProcess.get(identityOf(each))).find(Boolean);
  const open = plan.targets.filter(isOpen).flatMap(target => rowOf(target) ?? []);
  const elsewhere = await recordedElsewhere(host.registries, open, snapshot.workspaces);
  const unread = snapshot.problems.find(problem => problem.unread);
  const table = monitor.inventory()?.processes;
  const living = new Set(table?.ok ? table.value.filter(isAlive).map(identityOf) : []);
  const targets = plan.targets.map((target): EndTarget => {
    if (!isOpen(target)) return target;
    const refused =
      unread === undefined
        ? (elsewhere.get(target.key) ?? changeOf(target, rowOf(target), isStillMeant, living))
        : ({ kind: 'unread', text: unread.message } as const);
    return refused === undefined ? target : { ...target, refused };
  });
  return { ...plan, targets };
}

/** Class, confidence, roots and state of the record are what they were. */
export function hasSameVerdict(row: Row, { verdict }: EndTarget): boolean {
  return row.verdict === verdict;
}

/** What is gone by itself is looked at as it is. */
function changeOf(
  target: EndTarget,
  row: Row | undefined,
  isStillMeant: (row: Row, target: EndTarget) => boolean,
  living: ReadonlySet<string>,
): Refusal | undefined {
  if (row === undefined)
    return target.members.some(each => living.has(identityOf(each)))
      ? { kind: 'changed', text: `it was ${target.class} in the plan, but is not now` }
      : undefined;
  if ((row.session?.attached ?? 0) > 0 && target.mayBeAttached !== true)
    return { kind: 'attached', text: 'a client has attached to its session meanwhile' };
  if (isStillMeant(row, target)) return undefined;
  const name = row.key === target.key ? '' : ` as ${row.agentId ?? row.key}`;
  const now = row.class === target.class ? (row.confidence ?? 'something else') : row.class;
  return {
    kind: 'changed',
    text: `it was ${target.class} in the plan, but is ${now} now${name}`,
  };
}

/** Rows of a bulk verb that two polls have not agreed on. */
export function unsettledReason(row: Row, { takenAt }: Snapshot): Refusal {
  const age = Math.max(0, takenAt - (row.agreedSince ?? takenAt));
  const text = `${row.class} for only ${(age / 1000).toFixed(1)} s: two polls must agree`;
  return { kind: 'unsettled', text };
}
