/** Reading processes. Each reading bounds its own time; none throws. */
import type { Inspection, Subject } from '../model/inspection.ts';
import type { Descriptors, Origin, Process, ProcessRef, Reading } from '../model/model.ts';

export type Processes = {
  read(): Promise<Reading<readonly Process[]>>;
  /** Inherited marks of the given processes of the last table; what cannot be read is left out. */
  readOrigins(candidates: readonly Process[]): ReadonlyMap<number, Origin>;
  /** What these have open: for the few of which it matters, never for all.
   * @param workspaces whose files count where one is open for writing.
   * @param dismissed pids whose ends of a pipe do not count. */
  readDescriptors(
    processes: readonly Process[],
    workspaces: readonly string[],
    dismissed: readonly number[],
  ): ReadonlyMap<number, Descriptors>;
  /** TCP ports that each of these listens on, by pid: read for a plan, never in a poll. */
  readPorts(processes: readonly ProcessRef[]): ReadonlyMap<number, Reading<readonly number[]>>;
  /** More about one row than a poll reads, for the details view. */
  inspect(subject: Subject): Promise<Inspection>;
  /** False once this process is known to have exited; cheap enough to call in a loop. */
  isRunning(process: ProcessRef): boolean;
  /** This vigil. */
  self(): ProcessRef;
};
