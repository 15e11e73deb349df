/** Signals and session kills on the real machine. A pid alone is never signalled: the identity is
 * checked, through a handle that cannot be reused, right before each signal. */
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { identityOf, type ProcessRef } from '../core/model.ts';
import type { Hands, SeenProcess, SignalName, SignalResult } from '../core/termination/hands.ts';
import type { AuditLog } from './audit-log.ts';
import { isGone, isThere, livingStat } from './identity.ts';
import { archiveAgentFile, removeAgentFile } from './registry/agent-files.ts';
import { tryTo, unlinkIfThere } from './registry/durable-file.ts';
import { killSession, letGo, readScreen, startSession } from './sessions.ts';
import type { StoppedNote } from './stopped-note.ts';

/** Descriptors are not without end; beyond this many the start time alone is compared. */
const mostHandles = 512;

/** A clock tick is a hundredth of a second; start times are known to the second. */
const youngMs = 2000;

export function createHands(audit: AuditLog, stopped: StoppedNote): Hands {
  const handles = new Map<string, number>();
  /** Only who was held this young can share its clock tick with who gets its number. */
  const young = new Set<string>();
  /** Everybody who is being ended. */
  const held = new Map<string, ProcessRef>();
  let noteFailure: string | undefined;
  return {
    hold(processes) {
      const over: ProcessRef[] = [];
      for (const process of processes) {
        const identity = identityOf(process);
        held.set(identity, process);
        if (handles.size >= mostHandles || handles.has(identity)) continue;
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
      return handle === undefined || livingStat(process, `/proc/self/fd/${handle}`) !== 'over';
    },
    signal(process, name) {
      const handle = handles.get(identityOf(process));
      const path = handle === undefined ? `/proc/${process.pid}` : `/proc/self/fd/${handle}`;
      if (!isThere(process, path)) return 'gone';
      return send(process.pid, name);
    },
    killSession,
    startSession,
    readScreen,
    letGo,
    noteStopped(processes) {
      try {
        stopped.write(processes);
        return true;
      } catch (error) {
        noteFailure = `nobody was stopped before SIGKILL: ${(error as Error).message}`;
        return false;
      }
    },
    wakeLeft() {
      const woken: ProcessRef[] = [];
      for (const note of stopped.left()) {
        for (const process of note.processes)
          if (isThere(process, `/proc/${process.pid}`) && send(process.pid, 'SIGCONT') === 'sent')
            woken.push(process);
        tryTo(() => unlinkIfThere(note.path));
      }
      return woken;
    },
    abandon() {
      for (const process of stopped.noted())
        if (isThere(process, `/proc/${process.pid}`)) send(process.pid, 'SIGCONT');
      tryTo(() => stopped.clear());
      const left = [...held.values()].filter(each => isThere(each, `/proc/${each.pid}`));
      held.clear();
      return left;
    },
    removeFile: removeAgentFile,
    archiveFile: archiveAgentFile,
    release() {
      for (const handle of handles.values()) closeSync(handle);
      handles.clear();
      young.clear();
      held.clear();
      // A note that cannot be removed names nobody who is stopped.
      tryTo(() => stopped.clear());
    },
    audit: entry => audit.write(entry),
    note: (event, more) => audit.write({ event, ...more }),
    isThere(process) {
      const handle = handles.get(identityOf(process));
      return isThere(process, handle === undefined ? undefined : `/proc/self/fd/${handle}`);
    },
    troubles() {
      const told = [audit.trouble(), noteFailure].filter(each => each !== undefined);
      noteFailure = undefined;
      return told;
    },
  };
}

/** A directory of /proc stays the one of its process: reading through it fails once that is gone, also
 * when the number is somebody else's by then. Opened too late it is that one's: of a young process the
 * parent or the session must still be what was seen.
 * @returns nothing where no handle is to be had. */
function openHandle(seen: SeenProcess, isYoung: boolean): number | 'over' | undefined {
  let handle: number;
  try {
    handle = openSync(`/proc/${seen.pid}`, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    return isGone(error) && existsSync('/proc/self/stat') ? 'over' : undefined;
  }
  const stat = livingStat(seen, `/proc/self/fd/${handle}`);
  if (typeof stat === 'object')
    if (!isYoung || stat.ppid === seen.ppid || stat.sid === seen.sid) return handle;
  closeSync(handle);
  return stat === undefined ? undefined : 'over';
}

/** Node takes '', false and [] for pid 0 (our own group), true for pid 1 and -1 for everybody. */
export function send(pid: number, name: SignalName): SignalResult {
  if (!Number.isSafeInteger(pid) || pid <= 2) return 'denied';
  try {
    process.kill(pid, name);
    return 'sent';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'denied';
  }
}
