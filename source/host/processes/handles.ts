/** Open handles of processes: a directory of /proc stays the one of its process, and reading through it
 * fails once that is gone, also when the number is somebody else's by then. */
import { closeSync, constants, openSync } from 'node:fs';
import { identityOf, type ProcessRef } from '../../core/model/model.ts';
import type { SeenProcess } from '../../core/ports/process-control.ts';
import { isGone, livingStat } from './identity.ts';
import type { Stat } from './proc-stat.ts';
import { shareOfDescriptors } from './scarcity.ts';

export type Handles = {
  /** @returns those that are over already. */
  hold(processes: readonly SeenProcess[]): readonly SeenProcess[];
  /** False where the number and the clock tick are somebody else's by now. */
  isItself(process: ProcessRef): boolean;
  /** @returns nothing where it cannot be read, which is no death. */
  look(process: ProcessRef): Stat | 'over' | undefined;
  release(processes: readonly ProcessRef[]): void;
};

/** A clock tick is a hundredth of a second; start times are known to the second. */
const youngMs = 2000;
/** Beyond this many the start time alone is compared. */
const mostHandles = 512;

export function createHandles(): Handles {
  const handles = new Map<string, number>();
  /** Only who was held this young can share its clock tick with who gets its number. */
  const young = new Set<string>();
  let most: number | undefined;
  const close = () => {
    for (const handle of handles.values()) closeSync(handle);
    handles.clear();
    young.clear();
  };
  const lookThrough = (process: ProcessRef, handle: number | undefined) =>
    livingStat(process, handle === undefined ? `/proc/${process.pid}` : `/proc/self/fd/${handle}`);
  return {
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
      // Descriptors are not without end, and others need some too.
      most ??= shareOfDescriptors(1 / 4, mostHandles);
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
    isItself(process) {
      const identity = identityOf(process);
      const handle = young.has(identity) ? handles.get(identity) : undefined;
      return handle === undefined || lookThrough(process, handle) !== 'over';
    },
    look(process) {
      const stat = lookThrough(process, handles.get(identityOf(process)));
      if (stat !== undefined) return stat;
      // Where descriptors run out, the handles are given up before anything else is.
      close();
      return lookThrough(process, undefined);
    },
  };
}

/** Opened too late it is somebody else's: of a young process the parent or the session must still be what
 * was seen. @returns nothing where no handle is to be had. */
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
