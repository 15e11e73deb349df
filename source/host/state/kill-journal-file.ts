/** What vigil is ending just now, and whom it has stopped for it: on disk before the first signal, so that
 * a vigil that is killed half-way leaves nobody stopped for longer than until the next one, and nobody
 * of a kill set nameless. */
import { closeSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, type Noted, type ProcessRef } from '../../core/model/model.ts';
import type { Escalation } from '../../core/termination/progress.ts';
import { isThere, selfRef } from '../processes/identity.ts';
import { unlinkIfThere, writeDurably, writeWhole } from '../registry/durable-file.ts';
import { openOwnFile } from '../registry/safe-file.ts';
import { isTrusted, makeStateDirectory } from './state-directory.ts';

export type EndingNote = {
  /** The kill set of one ending, by the row's key. @throws what the system says. */
  begin(key: string, processes: readonly ProcessRef[]): void;
  /** How far endings are. Of no use after a power cut, so it is not waited for the disk. @throws what the system says. */
  stage(stages: ReadonlyMap<string, Escalation>): void;
  /** Before they are stopped. @throws what the system says. */
  stop(processes: readonly ProcessRef[]): void;
  /** It is over, or given up: nothing of it is stopped. @param alive what of it has outlived it. */
  finish(key: string, processes: readonly ProcessRef[], alive: readonly ProcessRef[]): void;
  stopped(): readonly ProcessRef[];
  /** Everybody who is being ended. */
  everybody(): readonly ProcessRef[];
  /** What is in our own. */
  own(): readonly Noted[];
  /** Notes of this boot, of other vigils: of vigils that are gone and of those that work. */
  read(): readonly FoundNote[];
};

export type FoundNote = {
  readonly path: string;
  readonly pid: number;
  /** Its vigil works on. */
  readonly isRunning: boolean;
  readonly stopped: readonly ProcessRef[];
  readonly endings: readonly Noted[];
};

/** @param directory vigil's own state directory. */
export function createEndingNote(directory: string, bootId: string): EndingNote {
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
    const noted = {
      bootId,
      by: self,
      stopped: [...stopped.values()],
      endings: [...outlived, ...endings].map(([key, processes]) => ({
        key,
        processes: processes.map(refOf),
        escalation: stages.get(key),
      })),
    };
    (isDurable ? writeDurably : writeWhole)(path, Buffer.from(JSON.stringify(noted)));
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
    everybody: () => [...endings.values()].flat(),
    own: () =>
      [...outlived, ...endings].map(([key, processes]) => ({ key, by: self.pid, processes })),
    read() {
      if (!isTrusted(directory)) return [];
      return namesIn(directory).flatMap(name => {
        const [, pid, unwritten] = /^ending-(\d+)\.json(\.tmp)?$/.exec(name) ?? [];
        if (pid === undefined || join(directory, name).startsWith(path)) return [];
        // One that was not written to its end tells of nobody: nothing had been done yet.
        if (unwritten !== undefined && existsSync(`/proc/${pid}`)) return [];
        return readNote(join(directory, name), Number(pid), bootId) ?? [];
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

/** One of another boot, or one that is not whole, tells of nobody and is no vigil's. */
function readNote(path: string, pid: number, bootId: string): FoundNote | undefined {
  const nobody = { path, pid, isRunning: false, stopped: [], endings: [] };
  const file = openOwnFile(path, constants.O_RDONLY);
  // A link, a FIFO or a directory in its place is no note.
  if (!file.ok) return existsSync(path) ? nobody : undefined;
  try {
    const note = JSON.parse(readFileSync(file.value.descriptor, 'utf8'));
    if (note.bootId !== bootId) return nobody;
    const endings: readonly unknown[] = Array.isArray(note.endings) ? note.endings : [];
    const isRunning = refsIn([note.by]).some(by => by.pid === pid && isThere(by));
    return {
      path,
      pid,
      isRunning,
      stopped: refsIn(note.stopped),
      endings: endings.flatMap(each => {
        const { key, processes, escalation } = Object(each);
        if (typeof key !== 'string') return [];
        // Of a vigil that is gone nothing goes on.
        const stage = isRunning ? escalationIn(escalation) : undefined;
        return [{ key, by: pid, processes: refsIn(processes), escalation: stage }];
      }),
    };
  } catch {
    return nobody;
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
