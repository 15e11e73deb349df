/** Signals on the real machine. A pid alone is never signalled: the identity is checked, through a handle that
 * cannot be reused, right before each signal. */
import type { ProcessControl, SignalName, SignalResult } from '../../core/ports/process-control.ts';
import { createHandles } from './handles.ts';

export function createProcessControl(): ProcessControl {
  const handles = createHandles();
  return {
    hold: processes => handles.hold(processes),
    release: processes => handles.release(processes),
    isSame: process => handles.isItself(process),
    signal(process, name) {
      const stat = handles.look(process);
      // An unreadable process is not gone, and nothing is signalled unseen.
      if (stat === undefined) return 'denied';
      return stat === 'over' ? 'gone' : send(process.pid, name);
    },
  };
}

/** Node takes '', false and [] for pid 0 (our own group), true for pid 1 and -1 for every process. */
export function send(pid: number, name: SignalName): SignalResult {
  if (!Number.isSafeInteger(pid) || pid <= 2) return 'denied';
  try {
    process.kill(pid, name);
    return 'sent';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'denied';
  }
}
