/** Rows that a person freezes and thaws. tmux sends SIGCONT to the process group of whatever it started
 * itself as soon as that stops, by SIGSTOP or by any other signal that stops: so a pane's own process
 * cannot be held, and trying would wake its whole group. It is left out, and that is said. */
import type { Process, ProcessRef, Row } from '../model/model.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { ProcessControl } from '../ports/process-control.ts';
import type { EndPlan } from './end-plan.ts';
import type { Member } from './kill-set.ts';
import type { EndTarget } from './target.ts';

type FreezePorts = {
  readonly control: Pick<ProcessControl, 'signal'>;
  readonly auditLog: Pick<AuditLog, 'write'>;
};

/** SIGSTOP to all members where one runs, else SIGCONT to all.
 * @param isWoken tmux wakes this one when it stops.
 * @returns what was done to whom, and to whom it was not. */
export function freezeOrThaw(
  ports: FreezePorts,
  plan: EndPlan,
  rows: readonly Row[],
  isWoken: (pid: number) => boolean,
): string {
  const refused = plan.targets.find(target => target.refused !== undefined);
  if (refused !== undefined) return `refused: ${refused.refused.text}`;
  const members = plan.targets.flatMap(target => target.members);
  const held = members.filter(({ pid }) => !isWoken(pid));
  const stopped = new Set(
    rows.flatMap(row => row.processes.filter(({ state }) => state === 'T').map(({ pid }) => pid)),
  );
  const isThaw = held.length > 0 && held.every(({ pid }) => stopped.has(pid));
  let sent = 0;
  let denied = 0;
  for (const target of plan.targets)
    for (const member of target.members) {
      // Also whom somebody else has stopped is to go on.
      if (isWoken(member.pid) && !(isThaw && stopped.has(member.pid))) continue;
      const result = signal(ports, member, target, isThaw);
      if (result === 'sent') sent++;
      if (result === 'denied') denied++;
    }
  const spared = plan.targets.reduce((sum, target) => sum + target.spared.length, 0);
  const left = isThaw ? [] : members.filter(({ pid }) => isWoken(pid));
  return [
    doneTo(sent, isThaw),
    ...(left.length > 0 ? [leftOut(left)] : []),
    ...(denied > 0 ? [`${denied} not permitted`] : []),
    ...(spared > 0 ? [`${spared} spared`] : []),
  ].join('; ');
}

/** Children of a tmux server, by the panes it tells of and by who their parent is. */
export function wokenByTmux(
  table: readonly Process[],
  panePids: ReadonlySet<number>,
  isTmuxServer: (process: Process) => boolean,
): (pid: number) => boolean {
  const servers = new Set(table.filter(isTmuxServer).map(({ pid }) => pid));
  const children = table.filter(({ ppid }) => servers.has(ppid)).map(({ pid }) => pid);
  const woken = new Set([...panePids, ...children]);
  return pid => woken.has(pid);
}

function signal(
  { control, auditLog }: FreezePorts,
  member: Member,
  { key }: EndTarget,
  isThaw: boolean,
) {
  const { pid, start, command } = member;
  const name = isThaw ? 'SIGCONT' : 'SIGSTOP';
  const stage = isThaw ? 'thaw' : 'freeze';
  const ref: ProcessRef = { pid, start };
  const result = control.signal(ref, name);
  auditLog.write({ ...ref, command, signal: name, reason: stage, target: key, stage, result });
  return result;
}

function doneTo(count: number, isThaw: boolean): string {
  if (count === 0) return isThaw ? 'nothing thawed' : 'nothing frozen';
  return `${isThaw ? 'thawed' : 'frozen'}: ${count} ${count === 1 ? 'process' : 'processes'}`;
}

function leftOut(left: readonly Member[]): string {
  const pids = left.map(({ pid }) => pid).join(', ');
  return left.length === 1
    ? `pane process ${pids} keeps running (tmux would resume it)`
    : `pane processes ${pids} keep running (tmux would resume them)`;
}
