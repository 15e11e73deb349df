/** Reading processes. Each method limits its own time and never throws. */
import type { Inspection, Subject } from '../model/inspection.ts';
import type { Descriptors, Origin, Process, ProcessRef, Reading } from '../model/model.ts';

export type Processes = {
  read(): Promise<Reading<readonly Process[]>>;
  /** Inherited marks of processes in the last table; unreadable ones are omitted. */
  readOrigins(candidates: readonly Process[]): ReadonlyMap<number, Origin>;
  /** Open file descriptors. Expensive, so only for processes whose verdict depends on it.
   * @param workspaces directories whose files, open for writing, count as evidence.
   * @param dismissed pids whose pipe ends are ignored. */
  readDescriptors(
    processes: readonly Process[],
    workspaces: readonly string[],
    dismissed: readonly number[],
  ): ReadonlyMap<number, Descriptors>;
  /** Working directories by pid; unreadable ones are omitted. Where there is no /proc they may be half a minute old. */
  readDirectories(
    processes: readonly ProcessRef[],
  ): ReadonlyMap<number, string> | Promise<ReadonlyMap<number, string>>;
  /** TCP ports that each process listens on, by pid. Expensive at first, so only for a plan, or for a filter
   * that names ports. */
  readPorts(processes: readonly ProcessRef[]): ReadonlyMap<number, Reading<readonly number[]>>;
  /** Details of one row that a poll does not read. */
  inspect(subject: Subject): Promise<Inspection>;
  /** False once this process has exited; cheap enough to call in a loop. */
  isRunning(process: ProcessRef): boolean;
};
