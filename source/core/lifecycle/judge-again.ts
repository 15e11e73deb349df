/** A bulk plan may be outdated once it is confirmed: a client may have attached, or an entry was written. Targets are
 * judged again, and those that changed are refused with the reason. */

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

/** @param isStillWanted whether a row is still a target; a shutdown includes agents whose class changed.
 * @returns the plan, with a refusal for each target that is no longer what it was. */
export async function judgeAgain(
  { host, monitor }: JudgeTools,
  plan: EndPlan,
  isStillWanted: (row: Row, target: EndTarget) => boolean = hasSameVerdict,
): Promise<EndPlan> {
  const isOpen = ({ refused, isNamed }: EndTarget) => refused === undefined && !isNamed;
  if (!plan.targets.some(isOpen)) return plan;
  const snapshot = await monitor.poll();
  const rows = new Map(snapshot.rows.map(row => [row.key, row]));
  const byProcess = new Map(
    snapshot.rows.flatMap(row => row.processes.map(each => [identityOf(each), row] as const)),
  );
  // A row that was recorded meanwhile has another key.
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
        ? (elsewhere.get(target.key) ?? refusalOf(target, rowOf(target), isStillWanted, living))
        : ({ kind: 'unread', text: unread.message } as const);
    return refused === undefined ? target : { ...target, refused };
  });
  return { ...plan, targets };
}

/** Class, confidence, roots and recorded status are unchanged. */
export function hasSameVerdict(row: Row, { verdict }: EndTarget): boolean {
  return row.verdict === verdict;
}

/** Why a target is refused now; none if its processes have already exited. */
function refusalOf(
  target: EndTarget,
  row: Row | undefined,
  isStillWanted: (row: Row, target: EndTarget) => boolean,
  living: ReadonlySet<string>,
): Refusal | undefined {
  if (row === undefined)
    return target.members.some(each => living.has(identityOf(each)))
      ? { kind: 'changed', text: `it was ${target.class} in the plan, but is not now` }
      : undefined;
  if ((row.session?.attached ?? 0) > 0 && target.mayBeAttached !== true)
    return { kind: 'attached', text: 'a client has attached to its session meanwhile' };
  if (isStillWanted(row, target)) return undefined;
  const name = row.key === target.key ? '' : ` as ${row.agentId ?? row.key}`;
  const now = row.class === target.class ? (row.confidence ?? 'something else') : row.class;
  return {
    kind: 'changed',
    text: `it was ${target.class} in the plan, but is ${now} now${name}`,
  };
}

/** Refuses a row whose class two polls have not agreed on. */
export function unsettledReason(row: Row, { takenAt }: Snapshot): Refusal {
  const age = Math.max(0, takenAt - (row.agreedSince ?? takenAt));
  const text = `${row.class} for only ${(age / 1000).toFixed(1)} s: two polls must agree`;
  return { kind: 'unsettled', text };
}
