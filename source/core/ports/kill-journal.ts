/** The kill journal: processes being terminated or stopped, written to disk before the first signal. */
import type { KillNote, ProcessRef } from '../model/model.ts';
import type { Escalation } from '../termination/progress.ts';

/** What a termination writes. */
export type KillJournal = {
  /** Called before the first signal, so that the next vigil knows the processes after a crash. One write, however many
   * targets there are. @param members processes by the row key of their target. */
  record(members: ReadonlyMap<string, readonly ProcessRef[]>): void;
  /** Stage of each termination by row key, shown by other vigils. */
  recordStages(stages: ReadonlyMap<string, Escalation>): void;
  /** Called before the first SIGSTOP, so that the next vigil resumes them after a crash.
   * @returns whether it was written; if not, no process may be stopped. */
  recordStopped(processes: readonly ProcessRef[]): boolean;
  /** Removes the entries once their terminations have finished or were abandoned. */
  release(members: ReadonlyMap<string, readonly ProcessRef[]>): void;
  /** Write errors since the last call. Writing never blocks a termination. */
  warnings(): readonly string[];
};

/** Recovery from journals of other vigils, and from our own on exit. */
export type KillRecovery = {
  /** Kill sets of running terminations, including ours, and of interrupted ones. */
  read(): readonly KillNote[];
  /** Resumes processes that a killed vigil left stopped. @returns the resumed processes. */
  resumeStopped(): readonly ProcessRef[];
  /** Resumes what we stopped, for an unexpected exit.
   * @returns members of unfinished terminations that are still running. */
  releaseOnExit(): readonly ProcessRef[];
};
