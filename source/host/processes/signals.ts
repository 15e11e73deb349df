/** Signals on the real machine. Right before each signal the identity is verified through a
 * handle that cannot be reused; a bare pid is never signalled. */
import type { ProcessControl, SignalName, SignalResult } from '../../core/ports/process-control.ts';
import { createHandles } from './handles.ts';

export function createProcessControl(): ProcessControl {
  const handles = createHandles();
  return {
    hold: processes => handles.hold(processes),
    release: processes => handles.release(processes),
    isSame: process => handles.isItself(process),
    signal(process, name) {
      const stat = handles.readStat(process);
      // An unreadable process is not gone, and an unverified one is not signalled.
      if (stat === undefined) return 'denied';
      return stat === 'over' ? 'gone' : send(process.pid, name);
    },
  };
}

/** Node coerces '', false and [] to pid 0 (our own group) and true to pid 1; -1 is every process. */
export function send(pid: number, name: SignalName): SignalResult {
  if (!Number.isSafeInteger(pid) || pid <= 2) return 'denied';
  try {
    process.kill(pid, name);
    return 'sent';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'denied';
  }
}
