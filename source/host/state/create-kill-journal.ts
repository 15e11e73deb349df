/** The kill journal on disk, and recovery from the journals of killed vigils. */
import type { ProcessRef } from '../../core/model/model.ts';
import type { KillJournal, KillRecovery } from '../../core/ports/kill-journal.ts';
import { isOver, isThere } from '../processes/identity.ts';
import { send } from '../processes/signals.ts';
import { tryTo, unlinkIfThere } from '../registry/durable-file.ts';
import type { EndingNote } from './kill-journal-file.ts';

export type KillPorts = { readonly killJournal: KillJournal; readonly killRecovery: KillRecovery };

export function createKillPorts(note: EndingNote): KillPorts {
  let failure: string | undefined;
  const cutOff = () => note.read().filter(each => !each.isRunning);
  /** A journal stays while one of its processes is running: it still records which agent owns it. */
  const forgetDead = (areAllResumed: boolean) => {
    for (const { path, endings, stopped } of cutOff()) {
      const members = endings.flatMap(each => each.processes);
      const all = areAllResumed ? members : [...stopped, ...members];
      if (all.every(isOver)) tryTo(() => unlinkIfThere(path));
    }
  };
  return {
    killJournal: {
      record(key, processes) {
        try {
          note.begin(key, processes);
        } catch (error) {
          failure = `cannot write the kill journal: ${(error as Error).message}`;
        }
      },
      // Only for display by other vigils.
      recordStages: stages => void tryTo(() => note.stage(stages)),
      recordStopped(processes) {
        try {
          note.stop(processes);
          return true;
        } catch (error) {
          failure = `processes were not stopped before SIGKILL: ${(error as Error).message}`;
          return false;
        }
      },
      release(key, processes) {
        // A journal that cannot be removed lists no stopped process. Processes that outlived the
        // kill stay listed while they run.
        const alive = processes.filter(process => isThere(process));
        tryTo(() => note.finish(key, processes, alive));
        forgetDead(false);
      },
      warnings() {
        const told = failure === undefined ? [] : [failure];
        failure = undefined;
        return told;
      },
    },
    killRecovery: {
      read: () => [...note.own(), ...note.read().flatMap(each => each.endings)],
      resumeStopped() {
        const resumed: ProcessRef[] = [];
        for (const { stopped } of cutOff())
          for (const process of stopped)
            if (isThere(process) && send(process.pid, 'SIGCONT') === 'sent') resumed.push(process);
        forgetDead(true);
        return resumed;
      },
      releaseOnExit() {
        for (const process of note.stopped()) if (isThere(process)) send(process.pid, 'SIGCONT');
        return note.everybody().filter(process => isThere(process));
      },
    },
  };
}
