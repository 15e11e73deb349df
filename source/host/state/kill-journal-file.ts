/** The kill journal: the processes vigil is ending and those it has stopped, written before the
 * first signal. After a vigil was killed midway, the next one resumes them and still knows which
 * agent owns them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, type KillNote, type ProcessRef } from '../../core/model/model.ts';
import type { Host } from '../../core/ports/host.ts';
import type { Escalation } from '../../core/termination/progress.ts';
import { isOver, isThere, selfRef } from '../processes/identity.ts';
import { isTaken, send } from '../processes/send-to-pid.ts';
import { unlinkIfThere, writeDurably, writeWhole } from '../registry/durable-file.ts';
import { readOwnFile } from '../registry/safe-file.ts';
import { namesIn, tryTo } from '../run/try-to.ts';
import { isTrusted, makeStateDirectory } from './state-directory.ts';

type FoundJournal = {
  readonly path: string;
  /** Its vigil is still running. */
  readonly isRunning: boolean;
  readonly stopped: readonly ProcessRef[];
  readonly endings: readonly KillNote[];
};

/** @param directory vigil's own state directory. */
export function createKillPorts(
  directory: string,
  bootId: string,
): Pick<Host, 'killJournal' | 'killRecovery'> {
  const self = selfRef();
  const path = join(directory, `ending-${self.pid}.json`);
  const endings = new Map<string, readonly ProcessRef[]>();
  /** Those that a termination could not end. */
  const outlived = new Map<string, readonly ProcessRef[]>();
  const stopped = new Map<string, ProcessRef>();
  const stages = new Map<string, Escalation>();
  let isWritten = false;
  let failure: string | undefined;
  const write = (isDurable: boolean) => {
    if (endings.size + outlived.size + stopped.size === 0) {
      if (isWritten) unlinkIfThere(path);
      isWritten = false;
      return;
    }
    makeStateDirectory(directory);
    const content = {
      bootId,
      by: self,
      stopped: [...stopped.values()],
      endings: [...outlived, ...endings].map(([key, processes]) => ({
        key,
        processes: processes.map(refOf),
        escalation: stages.get(key),
      })),
    };
    (isDurable ? writeDurably : writeWhole)(path, Buffer.from(JSON.stringify(content)));
    isWritten = true;
  };
  const save = (otherwise: string) => {
    try {
      write(true);
      return true;
    } catch (error) {
      failure = `${otherwise}: ${(error as Error).message}`;
      return false;
    }
  };
  /** A journal stays while one of its processes is running: it still records which agent owns it. */
  const forgetDead = (areAllResumed: boolean) => {
    for (const journal of interruptedEndings(directory, bootId)) {
      const members = journal.endings.flatMap(each => each.processes);
      const all = areAllResumed ? members : [...journal.stopped, ...members];
      if (all.every(isOver)) tryTo(() => unlinkIfThere(journal.path));
    }
  };
  return {
    killJournal: {
      record(members) {
        for (const [key, processes] of members) {
          outlived.delete(key);
          endings.set(key, processes);
        }
        if (members.size > 0) save('cannot write the kill journal');
      },
      // Only for display by other vigils, and useless after a power failure.
      recordStages(told) {
        for (const [key, escalation] of told) if (endings.has(key)) stages.set(key, escalation);
        tryTo(() => write(false));
      },
      recordStopped(processes) {
        for (const process of processes) stopped.set(identityOf(process), refOf(process));
        return save('processes were not stopped before SIGKILL');
      },
      release(members) {
        for (const [key, processes] of members) {
          // A journal that cannot be removed lists no stopped process. Processes that outlived the
          // kill stay listed while they run.
          const alive = processes.filter(isThere);
          endings.delete(key);
          if (alive.length > 0) outlived.set(key, alive);
          else outlived.delete(key);
          stages.delete(key);
          for (const process of processes) stopped.delete(identityOf(process));
        }
        tryTo(() => write(true));
        forgetDead(false);
      },
      warnings() {
        const warnings = failure === undefined ? [] : [failure];
        failure = undefined;
        return warnings;
      },
    },
    killRecovery: {
      read: () => [
        ...[...outlived, ...endings].map(([key, processes]) => ({ key, by: self.pid, processes })),
        ...readJournals(directory, bootId).flatMap(each => each.endings),
      ],
      resumeStopped() {
        const found = interruptedEndings(directory, bootId).flatMap(each => each.stopped);
        const resumed = found.filter(
          process => isThere(process) && send(process.pid, 'SIGCONT') === 'sent',
        );
        forgetDead(true);
        return resumed;
      },
      releaseOnExit() {
        for (const process of stopped.values()) if (isThere(process)) send(process.pid, 'SIGCONT');
        return [...endings.values()].flat().filter(isThere);
      },
    },
  };
}

/** Journals of vigils that were killed during a termination. */
export function interruptedEndings(directory: string, bootId: string): readonly FoundJournal[] {
  return readJournals(directory, bootId).filter(each => !each.isRunning);
}

/** Journals of other vigils from this boot, running or not. */
function readJournals(directory: string, bootId: string): readonly FoundJournal[] {
  if (!isTrusted(directory)) return [];
  return namesIn(directory).flatMap(name => {
    const [, pid, unwritten] = /^ending-(\d+)\.json(\.tmp)?$/.exec(name) ?? [];
    if (pid === undefined || pid === String(process.pid)) return [];
    // An incomplete journal lists nothing: no process had been signalled yet.
    if (unwritten !== undefined && isTaken(Number(pid))) return [];
    return readJournal(join(directory, name), Number(pid), bootId) ?? [];
  });
}

function refOf({ pid, start }: ProcessRef): ProcessRef {
  return { pid, start };
}

/** A journal of another boot, or an incomplete one, lists nothing and belongs to no running
 * vigil. */
function readJournal(path: string, pid: number, bootId: string): FoundJournal | undefined {
  const empty = { path, isRunning: false, stopped: [], endings: [] };
  try {
    const file = readOwnFile(path);
    // A link, a FIFO or a directory at this path is not a journal.
    if (!file.ok) return existsSync(path) ? empty : undefined;
    const journal = JSON.parse(String(file.value));
    if (journal.bootId !== bootId) return empty;
    const endings: readonly unknown[] = Array.isArray(journal.endings) ? journal.endings : [];
    const isRunning = refsIn([journal.by]).some(by => by.pid === pid && isThere(by));
    return {
      path,
      isRunning,
      stopped: refsIn(journal.stopped),
      endings: endings.flatMap(each => {
        const { key, processes, escalation } = Object(each);
        if (typeof key !== 'string') return [];
        // The terminations of a vigil that is gone make no progress.
        const stage = isRunning ? escalationIn(escalation) : undefined;
        return [{ key, by: pid, processes: refsIn(processes), escalation: stage }];
      }),
    };
  } catch {
    return empty;
  }
}

function escalationIn(value: unknown): Escalation | undefined {
  const { stage, attempt, of, deadline } = Object(value);
  const isWhole = (...numbers: unknown[]) => numbers.every(each => Number.isFinite(each));
  switch (stage) {
    case 'killing':
    case 'verifying':
    case 'gone':
    case 'failed':
      return { stage };
    case 'asked':
      return isWhole(deadline) ? { stage, deadline } : undefined;
    case 'terminating':
      return isWhole(attempt, of, deadline) ? { stage, attempt, of, deadline } : undefined;
    default:
      return undefined;
  }
}

function refsIn(value: unknown): ProcessRef[] {
  return (Array.isArray(value) ? value : []).filter(
    (each: Partial<ProcessRef> | null) =>
      Number.isSafeInteger(each?.pid) && (each?.pid ?? 0) > 2 && typeof each?.start === 'string',
  );
}
