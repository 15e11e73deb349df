/** Kills a helper that we started, with its descendants. */
import type { ChildProcess } from 'node:child_process';
import { tryTo } from '../run/try-to.ts';

type Helper = Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode'>;

/** @param helper started with `detached`: it leads its own group, so the group's id is its pid;
 * the pid cannot be reused before the helper is reaped. */
export function killGroup({ pid, exitCode, signalCode }: Helper): void {
  const isWaitedFor = (exitCode ?? signalCode) !== null;
  if (pid === undefined || isWaitedFor || !Number.isSafeInteger(pid) || pid <= 2) return;
  // It may already have exited.
  tryTo(() => process.kill(-pid, 'SIGKILL'));
}
