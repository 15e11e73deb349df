/** Ending a helper that we started, with everything that it started. */
import type { ChildProcess } from 'node:child_process';

type Helper = Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode'>;

/** @param helper started with `detached`: it leads its own group, so the group's id is its pid; as long as
 * it was not waited for, that number is nobody else's. */
export function killGroup({ pid, exitCode, signalCode }: Helper): void {
  const isWaitedFor = (exitCode ?? signalCode) !== null;
  if (pid === undefined || isWaitedFor || !Number.isSafeInteger(pid) || pid <= 2) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
