/** Signals: the one way to send them. */
import type { Process, ProcessRef } from '../model/model.ts';

export type SignalName = 'SIGUSR1' | 'SIGTERM' | 'SIGCONT' | 'SIGSTOP' | 'SIGKILL';

/** `gone`: no process has this identity any more, which is what was wanted. */
export type SignalResult = 'sent' | 'gone' | 'denied';

/** A process with what was read of it, so that another one with its number and its clock tick is told apart. */
export type SeenProcess = Pick<Process, 'pid' | 'start' | 'startedAt' | 'ppid' | 'sid'>;

export type ProcessControl = {
  /** Opens a handle of each process, so that a reused number is seen even within a clock tick.
   * @returns those that have exited already. */
  hold(processes: readonly SeenProcess[]): readonly ProcessRef[];
  /** Closes the handles. */
  release(processes: readonly ProcessRef[]): void;
  /** False where another process has the number and the clock tick of one that is held. */
  isSame(process: ProcessRef): boolean;
  /** Checks the identity and sends at once. Never to pid 0, 1, 2 or below. */
  signal(process: ProcessRef, name: SignalName): SignalResult;
};
