/** One signal, sent once to every process of a plan. Nothing is escalated, verified or recorded in a registry. */
import { isZombie } from '../inventory/process-tree.ts';
import { identityOf } from '../model/model.ts';
import type { SignalName } from '../model/signal-names.ts';
import type { Host } from '../ports/host.ts';
import type { SignalResult } from '../ports/process-control.ts';
import type { EndPlan } from './end-plan.ts';
import type { Ended } from './target.ts';
import { nameOfTarget } from './target-name.ts';

type SignalPorts = {
  readonly control: Pick<Host['control'], 'hold' | 'release' | 'signal'>;
  readonly processes: Pick<Host['processes'], 'read' | 'readOrigins'>;
  readonly auditLog: Pick<Host['auditLog'], 'write' | 'warnings'>;
};

/** The plan for this signal: tmux would resume a stopped pane process together with its group, so SIGSTOP skips
 * it.
 * @param resumed pids that tmux would resume. */
export function planForSignal(
  plan: EndPlan,
  signal: SignalName,
  resumed: ReadonlySet<number>,
): EndPlan {
  if (signal !== 'SIGSTOP') return plan;
  const reason = { kind: 'pane', text: 'pane process: tmux would resume it' } as const;
  const targets = plan.targets.map(target => {
    const kept = target.members.filter(({ pid }) => resumed.has(pid));
    return {
      ...target,
      members: target.members.filter(member => !kept.includes(member)),
      spared: [
        ...target.spared,
        ...kept.map(({ pid, start, startedAt, command }) => ({
          pid,
          start,
          startedAt,
          command,
          reason,
        })),
      ],
    };
  });
  return { ...plan, targets };
}

/** Targets with a process to signal. */
export function signalledTargets({ targets }: EndPlan): readonly Ended[] {
  return targets.filter(
    (target): target is Ended => target.refused === undefined && target.members.length > 0,
  );
}

/** Sends the signal to every identity of the plan that still is what it was: each is found again in a fresh process
 * table, checked against the spare rules again, and verified through its handle.
 * @returns a summary, with the processes that got none. */
export async function sendSignal(
  { control, processes, auditLog }: SignalPorts,
  plan: EndPlan,
  {
    signal,
    reason,
    key,
  }: { readonly signal: SignalName; readonly reason?: string; readonly key: string },
): Promise<string> {
  const targets = signalledTargets(plan);
  const members = targets.flatMap(target => target.members);
  const replaced = new Set(control.hold(members).map(identityOf));
  try {
    const table = await processes.read();
    if (!table.ok) return `nothing was signalled: ${table.reason}`;
    const wanted = new Set(members.map(identityOf));
    const current = table.value.filter(each => wanted.has(identityOf(each)) && !isZombie(each));
    const origins = processes.readOrigins(current);
    const living = new Map(current.map(each => [identityOf(each), each]));
    const results: (SignalResult | 'spared')[] = [];
    for (const target of targets) {
      const { agentId, task } = target;
      const named = { target: target.key, name: nameOfTarget(target), agentId, task };
      const notes = [signal];
      auditLog.write({ event: 'signal', ...named, class: target.class, reason, key, notes });
      for (const member of target.members) {
        const { pid, start, command } = member;
        const process = replaced.has(identityOf(member))
          ? undefined
          : living.get(identityOf(member));
        const isSpared =
          process !== undefined && plan.spare(process, origins.get(pid)) !== undefined;
        if (isSpared) results.push('spared');
        if (isSpared || process === undefined) continue;
        const result = control.signal(member, signal);
        results.push(result);
        const entry = { pid, start, command, signal, reason: reason ?? 'signal' };
        auditLog.write({ ...entry, target: target.key, stage: 'signal', result });
      }
    }
    const planned = plan.targets.flatMap(target => target.spared).length;
    return [summaryOf(signal, members.length, results, planned), ...auditLog.warnings()].join(', ');
  } finally {
    control.release(members);
  }
}

/** `SIGHUP sent to 3 processes; 1 has exited; 1 spared`. */
function summaryOf(
  signal: SignalName,
  wanted: number,
  results: readonly (SignalResult | 'spared')[],
  planned: number,
): string {
  const count = (result: SignalResult | 'spared') => results.filter(each => each === result).length;
  const [sent, denied, spared] = [count('sent'), count('denied'), count('spared') + planned];
  const exited = wanted - sent - denied - count('spared');
  return [
    `${signal} sent to ${sent} ${sent === 1 ? 'process' : 'processes'}`,
    ...(exited > 0 ? [`${exited} had exited`] : []),
    ...(denied > 0 ? [`${denied} not permitted`] : []),
    ...(spared > 0 ? [`${spared} spared`] : []),
  ].join('; ');
}
