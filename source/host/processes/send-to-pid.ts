/** The one call that signals a pid, which the caller has just identified. */
import type { SignalName, SignalResult } from '../../core/ports/process-control.ts';
import { codeOf, hasCode } from '../run/try-to.ts';

/** Node coerces '', false and [] to pid 0 (our own group) and true to pid 1; -1 is every process. */
export function send(pid: number, name: SignalName): SignalResult {
  if (!Number.isSafeInteger(pid) || pid <= 2) return 'denied';
  try {
    process.kill(pid, name);
    return 'sent';
  } catch (error) {
    return codeOf(error) === 'ESRCH' ? 'gone' : 'denied';
  }
}

/** Whether any process has this pid, of whichever user. */
export function isTaken(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}
