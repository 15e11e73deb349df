/** The processes vigil is ending and those it has stopped, written before the first signal: after
 * a vigil was killed midway, the next one resumes them and still knows which agent owns them. */
import { closeSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, type KillNote, type ProcessRef } from '../../core/model/model.ts';
import type { Escalation } from '../../core/termination/progress.ts';
import { isThere, selfRef } from '../processes/identity.ts';
import { unlinkIfThere, writeDurably, writeWhole } from '../registry/durable-file.ts';
import { openOwnFile } from '../registry/safe-file.ts';
import { isTrusted, makeStateDirectory } from './state-directory.ts';

export type KillJournalFile = {
  /** Records the kill set of one termination, by the row's key. @throws the system's error. */
  begin(key: string, processes: readonly ProcessRef[]): void;
  /** Records progress. Not synced: it is useless after a power failure. @throws the system's
   * error. */
  stage(stages: ReadonlyMap<string, Escalation>): void;
  /** Called before they are stopped. @throws the system's error. */
  stop(processes: readonly ProcessRef[]): void;
  /** The termination is over or abandoned, and none of its processes is stopped. @param alive its
   * processes that are still running. */
  finish(key: string, processes: readonly ProcessRef[], alive: readonly ProcessRef[]): void;
  stopped(): readonly ProcessRef[];
  /** All processes being ended. */
  members(): readonly ProcessRef[];
  /** The terminations in our own journal. */
  own(): readonly KillNote[];
  /** Journals of other vigils from this boot, running or not. */
  read(): readonly FoundJournal[];
};

export type FoundJournal = {
  readonly path: string;
  readonly pid: number;
  /** Its vigil is still running. */
  readonly isRunning: boolean;
  readonly stopped: readonly ProcessRef[];
  readonly endings: readonly KillNote[];
};

/** @param directory vigil's own state directory. */
export function createKillJournalFile(directory: string, bootId: string): KillJournalFile {
  const self = selfRef();
  const path = join(directory, `ending-${self.pid}.json`);
  const endings = new Map<string, readonly ProcessRef[]>();
  const outlived = new Map<string, readonly ProcessRef[]>();
  const stopped = new Map<string, ProcessRef>();
  let isWritten = false;
  const stages = new Map<string, Escalation>();
  const write = (isDurable = true) => {
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
  return {
    begin(key, processes) {
      outlived.delete(key);
      endings.set(key, processes);
      write();
    },
    stage(told) {
      for (const [key, escalation] of told) if (endings.has(key)) stages.set(key, escalation);
      write(false);
    },
    stop(processes) {
      for (const process of processes) stopped.set(identityOf(process), refOf(process));
      write();
    },
    finish(key, processes, alive) {
      endings.delete(key);
      if (alive.length > 0) outlived.set(key, alive);
      else outlived.delete(key);
      stages.delete(key);
      for (const process of processes) stopped.delete(identityOf(process));
      write();
    },
    stopped: () => [...stopped.values()],
    members: () => [...endings.values()].flat(),
    own: () =>
      [...outlived, ...endings].map(([key, processes]) => ({ key, by: self.pid, processes })),
    read() {
      if (!isTrusted(directory)) return [];
      return namesIn(directory).flatMap(name => {
        const [, pid, unwritten] = /^ending-(\d+)\.json(\.tmp)?$/.exec(name) ?? [];
        if (pid === undefined || join(directory, name).startsWith(path)) return [];
        // An incomplete journal lists nothing: no process had been signalled yet.
        if (unwritten !== undefined && existsSync(`/proc/${pid}`)) return [];
        return readJournal(join(directory, name), Number(pid), bootId) ?? [];
      });
    },
  };
}

function refOf({ pid, start }: ProcessRef): ProcessRef {
  return { pid, start };
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** A journal of another boot, or an incomplete one, lists nothing and belongs to no running
 * vigil. */
function readJournal(path: string, pid: number, bootId: string): FoundJournal | undefined {
  const empty = { path, pid, isRunning: false, stopped: [], endings: [] };
  const file = openOwnFile(path, constants.O_RDONLY);
  // A link, a FIFO or a directory at this path is not a journal.
  if (!file.ok) return existsSync(path) ? empty : undefined;
  try {
    const journal = JSON.parse(readFileSync(file.value.descriptor, 'utf8'));
    if (journal.bootId !== bootId) return empty;
    const endings: readonly unknown[] = Array.isArray(journal.endings) ? journal.endings : [];
    const isRunning = refsIn([journal.by]).some(by => by.pid === pid && isThere(by));
    return {
      path,
      pid,
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
  } finally {
    closeSync(file.value.descriptor);
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
