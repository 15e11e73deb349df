/** The kill journal: which processes are being ended and which are stopped, on disk before the first signal. */
import type { KillNote, ProcessRef } from '../model/model.ts';
import type { Escalation } from '../termination/progress.ts';

/** What a termination writes down. */
export type KillJournal = {
  /** Written before the first signal, so that after a crash the next vigil still knows the processes.
   * @param key of the row that is ended. */
  record(key: string, processes: readonly ProcessRef[]): void;
  /** How far terminations are, by key, for other vigils to show. */
  recordStages(stages: ReadonlyMap<string, Escalation>): void;
  /** Written before the first SIGSTOP, so that after a crash the next vigil resumes them.
   * @returns whether it could be written; without it no process may be stopped. */
  recordStopped(processes: readonly ProcessRef[]): boolean;
  /** The termination is over, or given up: drops its entry. */
  release(key: string, processes: readonly ProcessRef[]): void;
  /** What could not be written since the last call; no termination waits for it. */
  warnings(): readonly string[];
};

/** What is done with the journals of other vigils, and with our own on exit. */
export type KillRecovery = {
  /** Kill sets of terminations under way, our own too, and of those that were cut off. */
  read(): readonly KillNote[];
  /** Resumes the processes that a killed vigil left stopped. @returns these. */
  resumeStopped(): readonly ProcessRef[];
  /** For an unexpected exit: resumes what we stopped. @returns processes still running of what was being
   * ended. */
  releaseOnExit(): readonly ProcessRef[];
};
