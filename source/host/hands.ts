/** Signals and session kills on the real machine. A pid alone is never signalled: the identity is
 * checked, through a handle that cannot be reused, right before each signal. */
import type { ProcessRef } from '../core/model.ts';
import type { Hands, SignalName, SignalResult } from '../core/termination/hands.ts';
import type { AuditLog } from './audit-log.ts';
import type { EndingNote } from './ending-note.ts';
import { createHandles } from './handles.ts';
import { isOver, isThere } from './identity.ts';
import { tryTo, unlinkIfThere } from './registry/durable-file.ts';
import { createSessionKills } from './session-kills.ts';
import { letGo, readScreen, startSession } from './sessions.ts';

export function createHands(audit: AuditLog, ending: EndingNote): Hands {
  const handles = createHandles();
  let noteFailure: string | undefined;
  const leftNotes = () => ending.read().filter(note => !note.isRunning);
  /** Whoever of a note is alive is still known by it. */
  const forgetDead = (areAllWoken: boolean) => {
    for (const { path, endings, stopped } of leftNotes()) {
      const members = endings.flatMap(each => each.processes);
      const all = areAllWoken ? members : [...stopped, ...members];
      if (all.every(isOver)) tryTo(() => unlinkIfThere(path));
    }
  };
  return {
    hold: processes => handles.hold(processes),
    noteEnding(key, processes) {
      try {
        ending.begin(key, processes);
      } catch (error) {
        noteFailure = `what is ended could not be written down: ${(error as Error).message}`;
      }
    },
    noteStages(stages) {
      // Only told to whoever looks on.
      tryTo(() => ending.stage(stages));
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
        ending.stop(processes);
        return true;
      } catch (error) {
        noteFailure = `nobody was stopped before SIGKILL: ${(error as Error).message}`;
        return false;
      }
    },
    wakeLeft() {
      const woken: ProcessRef[] = [];
      for (const { stopped } of leftNotes())
        for (const process of stopped)
          if (isThere(process) && send(process.pid, 'SIGCONT') === 'sent') woken.push(process);
      forgetDead(true);
      return woken;
    },
    abandon() {
      for (const process of ending.stopped()) if (isThere(process)) send(process.pid, 'SIGCONT');
      return ending.everybody().filter(process => isThere(process));
    },
    release(key, processes) {
      handles.release(processes);
      // A note that cannot be removed names nobody who is stopped.
      // What outlived it is still known by the note, as long as it lives.
      const alive = processes.filter(process => isThere(process));
      tryTo(() => ending.finish(key, processes, alive));
      forgetDead(false);
    },
    audit: entry => audit.write(entry),
    note: (event, more) => audit.write({ event, ...more }),
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
