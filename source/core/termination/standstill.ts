/** Freezing and thawing rows. tmux sends SIGCONT to the process group of a pane process as soon as that stops, so
 * stopping it would only resume its group: it is skipped and reported. */
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

/** Sends SIGSTOP to all members if one is running, otherwise SIGCONT.
 * @param isResumed whether tmux would resume this pid.
 * @returns a summary with the processes that were skipped. */
export function freezeOrThaw(
  ports: FreezePorts,
  plan: EndPlan,
  rows: readonly Row[],
  isResumed: (pid: number) => boolean,
): string {
  const refused = plan.targets.find(target => target.refused !== undefined);
  if (refused !== undefined) return `refused: ${refused.refused.text}`;
  const members = plan.targets.flatMap(target => target.members);
  const held = members.filter(({ pid }) => !isResumed(pid));
  const stopped = new Set(
    rows.flatMap(row => row.processes.filter(({ state }) => state === 'T').map(({ pid }) => pid)),
  );
  const isThaw = held.length > 0 && held.every(({ pid }) => stopped.has(pid));
  let sent = 0;
  let denied = 0;
  for (const target of plan.targets)
    for (const member of target.members) {
      // Thaw also resumes processes that vigil did not stop.
      if (isResumed(member.pid) && !(isThaw && stopped.has(member.pid))) continue;
      const result = signal(ports, member, target, isThaw);
      if (result === 'sent') sent++;
      if (result === 'denied') denied++;
    }
  const spared = plan.targets.reduce((sum, target) => sum + target.spared.length, 0);
  const skipped = isThaw ? [] : members.filter(({ pid }) => isResumed(pid));
  return [
    sentText(sent, isThaw),
    ...(skipped.length > 0 ? [skippedText(skipped)] : []),
    ...(denied > 0 ? [`${denied} not permitted`] : []),
    ...(spared > 0 ? [`${spared} spared`] : []),
  ].join('; ');
}

/** Pids that tmux resumes: listed pane processes and all children of a tmux server. */
export function resumedByTmux(
  table: readonly Process[],
  panePids: ReadonlySet<number>,
  isTmuxServer: (process: Process) => boolean,
): (pid: number) => boolean {
  const servers = new Set(table.filter(isTmuxServer).map(({ pid }) => pid));
  const children = table.filter(({ ppid }) => servers.has(ppid)).map(({ pid }) => pid);
  const pids = new Set([...panePids, ...children]);
  return pid => pids.has(pid);
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

function sentText(count: number, isThaw: boolean): string {
  if (count === 0) return isThaw ? 'nothing thawed' : 'nothing frozen';
  return `${isThaw ? 'thawed' : 'frozen'}: ${count} ${count === 1 ? 'process' : 'processes'}`;
}

function skippedText(skipped: readonly Member[]): string {
  const pids = skipped.map(({ pid }) => pid).join(', ');
  return skipped.length === 1
    ? `pane process ${pids} keeps running (tmux would resume it)`
    : `pane processes ${pids} keep running (tmux would resume them)`;
}
