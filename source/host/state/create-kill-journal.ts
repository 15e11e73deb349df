/** The kill journal on disk, and recovery from the journals of killed vigils. */
import type { ProcessRef } from '../../core/model/model.ts';
import type { KillJournal, KillRecovery } from '../../core/ports/kill-journal.ts';
import { isOver, isThere } from '../processes/identity.ts';
import { send } from '../processes/signals.ts';
import { unlinkIfThere } from '../registry/durable-file.ts';
import { tryTo } from '../run/try-to.ts';
import type { KillJournalFile } from './kill-journal-file.ts';

export type KillPorts = { readonly killJournal: KillJournal; readonly killRecovery: KillRecovery };

export function createKillPorts(journal: KillJournalFile): KillPorts {
  let failure: string | undefined;
  const interrupted = () => journal.read().filter(each => !each.isRunning);
  /** A journal stays while one of its processes is running: it still records which agent owns it. */
  const forgetDead = (areAllResumed: boolean) => {
    for (const { path, endings, stopped } of interrupted()) {
      const members = endings.flatMap(each => each.processes);
      const all = areAllResumed ? members : [...stopped, ...members];
      if (all.every(isOver)) tryTo(() => unlinkIfThere(path));
    }
  };
  return {
    killJournal: {
      record(key, processes) {
        try {
          journal.begin(key, processes);
        } catch (error) {
          failure = `cannot write the kill journal: ${(error as Error).message}`;
        }
      },
      // Only for display by other vigils.
      recordStages: stages => void tryTo(() => journal.stage(stages)),
      recordStopped(processes) {
        try {
          journal.stop(processes);
          return true;
        } catch (error) {
          failure = `processes were not stopped before SIGKILL: ${(error as Error).message}`;
          return false;
        }
      },
      release(key, processes) {
        // A journal that cannot be removed lists no stopped process. Processes that outlived the
        // kill stay listed while they run.
        const alive = processes.filter(isThere);
        tryTo(() => journal.finish(key, processes, alive));
        forgetDead(false);
      },
      warnings() {
        const warnings = failure === undefined ? [] : [failure];
        failure = undefined;
        return warnings;
      },
    },
    killRecovery: {
      read: () => [...journal.own(), ...journal.read().flatMap(each => each.endings)],
      resumeStopped() {
        const resumed: ProcessRef[] = [];
        for (const { stopped } of interrupted())
          for (const process of stopped)
            if (isThere(process) && send(process.pid, 'SIGCONT') === 'sent') resumed.push(process);
        forgetDead(true);
        return resumed;
      },
      releaseOnExit() {
        for (const process of journal.stopped()) if (isThere(process)) send(process.pid, 'SIGCONT');
        return journal.members().filter(isThere);
      },
    },
  };
}
