/** A bulk plan may be outdated once it is confirmed: a client may have attached, or an entry was written. Targets are
 * judged again, and those that changed are refused with the reason. */

import { isAgreed } from '../inventory/memory.ts';
import type { Monitor } from '../inventory/monitor.ts';
import { isAlive } from '../inventory/scene.ts';
import { identityOf, type Row, type Snapshot } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import type { EndPlan } from '../termination/end-plan.ts';
import { managersRefusal, type Refusal } from '../termination/refusal.ts';
import type { EndTarget } from '../termination/target.ts';
import { recordedElsewhere } from './elsewhere.ts';

type JudgeTools = {
  readonly host: Pick<Host, 'registries'>;
  readonly monitor: Pick<Monitor, 'poll' | 'inventory'>;
};

/** @param isWantedStill whether a row is still a target although its verdict has changed: class, confidence, roots
 * or recorded status. A shutdown includes such agents.
 * @returns the plan, with a refusal for each target that is no longer what it was. */
export async function judgeAgain(
  { host, monitor }: JudgeTools,
  plan: EndPlan,
  isWantedStill: (row: Row, target: EndTarget) => boolean = () => false,
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
  /** Why a target is refused now; not if its processes have already exited. */
  const refusalOf = (target: EndTarget): Refusal | undefined => {
    if (unread !== undefined) return { kind: 'unread', text: unread.message };
    const recorded = elsewhere.get(target.key);
    if (recorded !== undefined) return recorded;
    const row = rowOf(target);
    const then = `it was ${target.class} in the plan`;
    if (row === undefined)
      return target.members.some(each => living.has(identityOf(each)))
        ? { kind: 'changed', text: `${then}, but is not now` }
        : undefined;
    if ((row.session?.attached ?? 0) > 0 && target.mayBeAttached !== true)
      return { kind: 'attached', text: 'a client has attached to its session meanwhile' };
    const byManager = managersRefusal(row, target.isNamed);
    if (byManager !== undefined) return byManager;
    if (row.verdict === target.verdict || isWantedStill(row, target)) return undefined;
    const name = row.key === target.key ? '' : ` as ${row.agentId ?? row.key}`;
    const now = row.class === target.class ? (row.confidence ?? 'something else') : row.class;
    return { kind: 'changed', text: `${then}, but is ${now} now${name}` };
  };
  const targets = plan.targets.map((target): EndTarget => {
    const refused = isOpen(target) ? refusalOf(target) : undefined;
    return refused === undefined ? target : { ...target, refused };
  });
  return { ...plan, targets };
}

/** Refuses a row whose class two polls have not agreed on. */
export function unsettledReason(row: Row, { takenAt }: Snapshot): Refusal | undefined {
  if (isAgreed(row, takenAt)) return undefined;
  const age = Math.max(0, takenAt - (row.agreedSince ?? takenAt));
  const text = `${row.class} for only ${(age / 1000).toFixed(1)} s: two polls must agree`;
  return { kind: 'unsettled', text };
}
