/** Sending signals. */
import type { Process, ProcessRef } from '../model/model.ts';
import type { SignalName } from '../model/signal-names.ts';

export type { SignalName } from '../model/signal-names.ts';

/** `gone`: no process has this identity any more, so the goal is reached. */
export type SignalResult = 'sent' | 'gone' | 'denied';

/** A process as it was read, to tell it from another one with the same pid and start tick. */
export type SeenProcess = Pick<Process, 'pid' | 'start' | 'startedAt' | 'ppid' | 'sid'>;

export type ProcessControl = {
  /** Opens a handle for each process (its directory in /proc), which detects pid reuse within one clock tick.
   * @returns processes that have already exited. */
  hold(processes: readonly SeenProcess[]): readonly ProcessRef[];
  /** Closes the handles. */
  release(processes: readonly ProcessRef[]): void;
  /** False if a held process was replaced by one with the same pid and start tick. */
  isSame(process: ProcessRef): boolean;
  /** Verifies the identity, then sends immediately. Refuses pid 2 and below. */
  signal(process: ProcessRef, name: SignalName): SignalResult;
  /** The process that this vigil runs as. */
  self(): ProcessRef;
};
