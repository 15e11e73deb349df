/** flock(2) on a descriptor of ours, taken by flock(1): the lock belongs to the open file description
 * and stays after the helper has exited. Python's fcntl.flock on the same file waits for it, and it
 * for that. Released by closing the descriptor. */
import { type ChildProcess, spawn } from 'node:child_process';
import { killGroup } from '../kill-group.ts';

export type FlockMode = 'shared' | 'exclusive';
/** `missing`: there is no flock(1) on this machine. `failed`: it could not be started, or did not do what
 * it is for; that says nothing about who holds the lock. */
export type FlockResult = 'locked' | 'busy' | 'missing' | 'failed';

/** What flock(1) leaves with when it has waited long enough. */
const busyCode = 1;
/** A helper that is not back this long after its own deadline is stuck. */
const graceMs = 2000;

/** @param waitMs how long to wait for another holder. */
export function flock(descriptor: number, mode: FlockMode, waitMs: number): Promise<FlockResult> {
  return new Promise(resolve => {
    const words = [`--${mode}`, '--wait', (Math.max(1, waitMs) / 1000).toFixed(3), '3'];
    let child: ChildProcess;
    try {
      child = spawn('flock', words, {
        detached: true,
        stdio: ['ignore', 'ignore', 'ignore', descriptor],
      });
    } catch {
      return resolve('failed');
    }
    const timer = setTimeout(() => killGroup(child), waitMs + graceMs);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(error.code === 'ENOENT' ? 'missing' : 'failed');
    });
    child.on('exit', code => {
      clearTimeout(timer);
      resolve(code === 0 ? 'locked' : code === busyCode ? 'busy' : 'failed');
    });
  });
}
