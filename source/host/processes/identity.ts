/** Whether a process is still the one that was recorded, by the source of processes of this machine. */
import type { ProcessRef } from '../../core/model/model.ts';
import { psSource } from './portable/ps-source.ts';
import { livingStat, procSelf, procState } from './proc-identity.ts';
import { processSource } from './process-source.ts';

const isPortable = processSource === 'portable';

/** Whether the same process is running; a zombie needs no signal. */
export function isThere(process: ProcessRef): boolean {
  if (isPortable) return psSource.checkRecorded(process) === 'there';
  return typeof livingStat(process) === 'object';
}

/** Whether the process has exited, or its pid was reused. */
export function isOver(process: ProcessRef): boolean {
  if (isPortable) return psSource.checkRecorded(process) === 'gone';
  return livingStat(process) === 'over';
}

/** @returns this process. */
export function selfRef(): ProcessRef {
  return isPortable ? psSource.self() : procSelf();
}

/** @returns the state letter of the process that has this pid; nothing if that cannot be read. */
export function stateOf(pid: number): string | undefined {
  return isPortable ? psSource.stateOf(pid) : procState(pid);
}
