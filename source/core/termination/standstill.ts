/** Freezing and thawing rows. tmux sends SIGCONT to the process group of a pane process as soon as that stops, so
 * stopping it would only resume its group: it is skipped and reported. */
import { isZombie } from '../inventory/process-tree.ts';
import { type Inventory, identityOf, type Origin, type Process } from '../model/model.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { ProcessControl, SignalResult } from '../ports/process-control.ts';
import type { Recogniser } from '../programs/recognise.ts';
import type { EndPlan } from './end-plan.ts';
import { grow } from './kill-set.ts';
import { nameOfTarget } from './target-name.ts';

type FreezePorts = {
  readonly control: Pick<ProcessControl, 'signal'>;
  readonly auditLog: Pick<AuditLog, 'write'>;
};

/** The processes as they are now, and the origins of those that are new. */
type Now = {
  readonly table: readonly Process[];
  readonly origins: ReadonlyMap<number, Origin>;
};

/** Sends SIGSTOP to all members if one is running, otherwise SIGCONT. What members have started since the plan is a
 * member too, as in a termination: left running, it would keep `f` from thawing.
 * @param resumed pids that tmux would resume.
 * @returns a summary with the processes that were skipped. */
export function freezeOrThaw(
  { control, auditLog }: FreezePorts,
  { targets, spare }: EndPlan,
  { table, origins }: Now,
  resumed: ReadonlySet<number>,
): string {
  const refused = targets.find(target => target.refused !== undefined);
  if (refused !== undefined) return `refused: ${nameOfTarget(refused)}: ${refused.refused.text}`;
  const grown = targets.flatMap(target => {
    if (target.refused !== undefined) return [];
    const members = new Map(target.members.map(member => [identityOf(member), member]));
    const set = { members, spared: target.spared };
    return [{ target, ...grow(set, table, target.marks, { origins, spare }) }];
  });
  const members = grown.flatMap(set =>
    [...set.members.values()].map(({ pid, start, command }) => ({
      ...{ pid, start, command },
      target: set.target.key,
    })),
  );
  const held = members.filter(({ pid }) => !resumed.has(pid));
  const stopped = new Set(table.filter(({ state }) => state === 'T').map(identityOf));
  const running = new Set(table.filter(each => !isZombie(each)).map(identityOf));
  const alive = held.filter(member => running.has(identityOf(member)));
  const isThaw = alive.length > 0 && alive.every(member => stopped.has(identityOf(member)));
  // Thaw also resumes processes that vigil did not stop.
  const signalled = isThaw
    ? members.filter(member => !resumed.has(member.pid) || stopped.has(identityOf(member)))
    : held;
  const [stage, signal, done] = isThaw
    ? (['thaw', 'SIGCONT', 'thawed'] as const)
    : (['freeze', 'SIGSTOP', 'frozen'] as const);
  const results = grown.flatMap(({ target }) => {
    const { key, agentId, task, class: rowClass } = target;
    const own = signalled.filter(each => each.target === key);
    if (own.length === 0) return [];
    const named = { target: key, name: nameOfTarget(target), agentId, task, class: rowClass };
    const notes = [counted(own.length)];
    auditLog.write({ event: 'freeze', ...named, key: 'f', outcome: done, notes });
    return own.map(member => {
      const result = control.signal(member, signal);
      auditLog.write({ ...member, signal, reason: stage, stage, result });
      return result;
    });
  });
  const count = (result: SignalResult) => results.filter(each => each === result).length;
  const [sent, denied] = [count('sent'), count('denied')];
  const spared = grown.flatMap(set => set.spared).length;
  const skipped = isThaw ? [] : members.filter(({ pid }) => resumed.has(pid)).map(({ pid }) => pid);
  return [
    sent === 0 ? `nothing ${done}` : `${done}: ${counted(sent)}`,
    ...(skipped.length > 0 ? [skippedText(skipped)] : []),
    ...(denied > 0 ? [`${denied} not permitted`] : []),
    ...(spared > 0 ? [`${spared} spared`] : []),
  ].join('; ');
}

function counted(processes: number): string {
  return `${processes} ${processes === 1 ? 'process' : 'processes'}`;
}

/** Pids that tmux resumes: listed pane processes and all children of a tmux server. */
export function resumedByTmux(
  { processes, servers }: Pick<Inventory, 'processes' | 'servers'>,
  recogniser: Recogniser,
): ReadonlySet<number> {
  const table = processes.ok ? processes.value : [];
  const serverPids = new Set(
    table.filter(each => recogniser(each).kind === 'tmux server').map(({ pid }) => pid),
  );
  const panes = servers.flatMap(({ reading }) => (reading.ok ? reading.value : []));
  return new Set([
    ...panes.filter(pane => !pane.dead).map(pane => pane.panePid),
    ...table.filter(({ ppid }) => serverPids.has(ppid)).map(({ pid }) => pid),
  ]);
}

function skippedText(pids: readonly number[]): string {
  return pids.length === 1
    ? `pane process ${pids} keeps running (tmux would resume it)`
    : `pane processes ${pids.join(', ')} keep running (tmux would resume them)`;
}
