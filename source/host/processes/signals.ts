/** Signals on the real machine. Right before each signal the identity is verified through a
 * handle that cannot be reused; a bare pid is never signalled. An open /proc directory belongs to
 * its process: reads through it fail once the process is gone, even if the pid was reused. */
import { closeSync, constants, openSync } from 'node:fs';
import { identityOf, type ProcessRef } from '../../core/model/model.ts';
import type { ProcessControl, SeenProcess } from '../../core/ports/process-control.ts';
import { isGone, livingStat, procSelf } from './proc-identity.ts';
import { descriptorBudget } from './resource-limits.ts';
import { send } from './send-to-pid.ts';

/** A clock tick is 10 ms; start times are known to the second. */
const youngMs = 2000;
/** Beyond this many only the start time is compared. */
const mostHandles = 512;

export function createProcessControl(): ProcessControl {
  const handles = new Map<string, number>();
  /** Only a process opened this young can share its start tick with a successor of its pid. */
  const young = new Set<string>();
  let most: number | undefined;
  const close = () => {
    for (const handle of handles.values()) closeSync(handle);
    handles.clear();
    young.clear();
  };
  const statThrough = (process: ProcessRef, handle: number | undefined) =>
    livingStat(process, handle === undefined ? undefined : `/proc/self/fd/${handle}`);
  /** @returns nothing if the stat cannot be read, which does not prove an exit. */
  const readStat = (process: ProcessRef) => {
    const stat = statThrough(process, handles.get(identityOf(process)));
    if (stat !== undefined) return stat;
    // If descriptors run out, handles are the first to be released.
    close();
    return livingStat(process);
  };
  return {
    self: procSelf,
    release(processes) {
      for (const identity of processes.map(identityOf)) {
        const handle = handles.get(identity);
        if (handle !== undefined) closeSync(handle);
        handles.delete(identity);
        young.delete(identity);
      }
    },
    hold(processes) {
      const over: SeenProcess[] = [];
      // Descriptors are limited and needed elsewhere too.
      most ??= descriptorBudget(1 / 4, mostHandles);
      for (const process of processes) {
        const identity = identityOf(process);
        if (handles.size >= most || handles.has(identity)) continue;
        const isYoung = Date.now() - process.startedAt < youngMs;
        const handle = openHandle(process, isYoung);
        if (handle === 'over') over.push(process);
        if (typeof handle !== 'number') continue;
        handles.set(identity, handle);
        if (isYoung) young.add(identity);
      }
      return over;
    },
    isSame(process) {
      const identity = identityOf(process);
      const handle = young.has(identity) ? handles.get(identity) : undefined;
      return handle === undefined || statThrough(process, handle) !== 'over';
    },
    signal(process, name) {
      const stat = readStat(process);
      // An unreadable process is not gone, and an unverified one is not signalled.
      if (stat === undefined) return 'denied';
      return stat === 'over' ? 'gone' : send(process.pid, name);
    },
  };
}

/** A handle opened late may belong to another process, so for a young process the parent or the
 * session must still match.
 * @returns nothing if no handle is available. */
function openHandle(seen: SeenProcess, isYoung: boolean): number | 'over' | undefined {
  let handle: number;
  try {
    handle = openSync(`/proc/${seen.pid}`, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    return isGone(error) ? 'over' : undefined;
  }
  const stat = livingStat(seen, `/proc/self/fd/${handle}`);
  if (typeof stat === 'object')
    if (!isYoung || stat.ppid === seen.ppid || stat.sid === seen.sid) return handle;
  closeSync(handle);
  return stat === undefined ? undefined : 'over';
}
