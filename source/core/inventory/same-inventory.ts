/** Whether two polls read the same, as far as verdicts depend on it. */
import { isSame } from '../model/is-same.ts';
import type { Inventory, Process } from '../model/model.ts';

/** By pid: processes of which only the usage or the state of a living process has changed. */
export type ChangedUsage = ReadonlyMap<number, Process>;

const none: ChangedUsage = new Map();

/** @returns what has changed, if no verdict can depend on it; undefined if one can. */
export function changedUsage(before: Inventory, after: Inventory): ChangedUsage | undefined {
  const { processes: table, takenAt, tookMs: _took, vitals: _vitals, ...rest } = after;
  const names = Object.keys(rest) as (keyof typeof rest)[];
  if (Object.keys(before).length !== Object.keys(after).length) return undefined;
  // The clock may have been set back.
  if (!before.processes.ok || !table.ok || takenAt < before.takenAt) return undefined;
  if (!names.every(name => isSame(before[name], after[name]))) return undefined;
  return changedAmong(before.processes.value, table.value);
}

function changedAmong(
  before: readonly Process[],
  after: readonly Process[],
): ChangedUsage | undefined {
  if (before.length !== after.length) return undefined;
  let changed: Map<number, Process> | undefined;
  for (let index = 0; index < after.length; index++) {
    const [was, is] = [before[index] as Process, after[index] as Process];
    if (was === is) continue;
    if (!isSameButUsage(was, is)) return undefined;
    if (isSameUsage(was, is)) continue;
    changed ??= new Map();
    changed.set(is.pid, is);
  }
  return changed ?? none;
}

function isSameButUsage(was: Process, is: Process): boolean {
  if (isDead(was) || isDead(is)) return isSame(was, is);
  return (
    was.pid === is.pid &&
    was.start === is.start &&
    was.ppid === is.ppid &&
    was.pgid === is.pgid &&
    was.sid === is.sid &&
    was.tty === is.tty &&
    was.startedAt === is.startedAt &&
    was.uid === is.uid &&
    was.name === is.name &&
    isSame(was.argv, is.argv)
  );
}

function isSameUsage(was: Process, is: Process): boolean {
  return (
    was.cpuPercent === is.cpuPercent &&
    was.rssBytes === is.rssBytes &&
    was.state === is.state &&
    was.threads === is.threads
  );
}

/** Verdicts distinguish these states from all others, and nothing else. */
function isDead({ state }: Process): boolean {
  return state === 'Z' || state === 'X';
}
