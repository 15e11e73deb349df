/** Signals and session kills on the real machine. A pid alone is never signalled: the identity is
 * checked, through a handle that cannot be reused, right before each signal. */
import { identityOf, type ProcessRef } from '../core/model.ts';
import type { Hands, SignalName, SignalResult } from '../core/termination/hands.ts';
import type { AuditLog } from './audit-log.ts';
import { createHandles } from './handles.ts';
import { isThere } from './identity.ts';
import { archiveAgentFile, removeAgentFile } from './registry/agent-files.ts';
import { tryTo, unlinkIfThere } from './registry/durable-file.ts';
import { createSessionKills } from './session-kills.ts';
import { letGo, readScreen, startSession } from './sessions.ts';
import type { StoppedNote } from './stopped-note.ts';

export function createHands(audit: AuditLog, stopped: StoppedNote): Hands {
  const handles = createHandles();
  /** Everybody who is being ended. */
  const held = new Map<string, ProcessRef>();
  let noteFailure: string | undefined;
  return {
    hold(processes) {
      for (const process of processes) held.set(identityOf(process), process);
      return handles.hold(processes);
    },
    isItself: process => handles.isItself(process),
    signal(process, name) {
      const stat = handles.look(process);
      // Not to be read is no death, and nobody is signalled unseen.
      if (stat === undefined) return 'denied';
      return stat === 'over' ? 'gone' : send(process.pid, name);
    },
    killSession: createSessionKills(),
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
          if (isThere(process) && send(process.pid, 'SIGCONT') === 'sent') woken.push(process);
        tryTo(() => unlinkIfThere(note.path));
      }
      return woken;
    },
    abandon() {
      for (const process of stopped.noted()) if (isThere(process)) send(process.pid, 'SIGCONT');
      tryTo(() => stopped.clear());
      const left = [...held.values()].filter(process => isThere(process));
      held.clear();
      return left;
    },
    removeFile: removeAgentFile,
    archiveFile: archiveAgentFile,
    release() {
      handles.close();
      held.clear();
      // A note that cannot be removed names nobody who is stopped.
      tryTo(() => stopped.clear());
    },
    audit: entry => audit.write(entry),
    note: (event, more) => audit.write({ event, ...more }),
    isThere: process => isThere(process),
    troubles() {
      const told = [audit.trouble(), noteFailure].filter(each => each !== undefined);
      noteFailure = undefined;
      return told;
    },
  };
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
