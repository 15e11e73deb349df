/** flock(2) on a descriptor of ours, taken by flock(1): the lock belongs to the open file description
 * and stays after the helper has exited. Python's fcntl.flock on the same file waits for it, and it
 * for that. Released by closing the descriptor. */
import { spawn } from 'node:child_process';

export type FlockMode = 'shared' | 'exclusive';
/** `missing`: there is no flock(1) on this machine. */
export type FlockResult = 'locked' | 'busy' | 'missing';

/** A helper that is not back this long after its own deadline is stuck. */
const graceMs = 2000;

/** @param waitMs how long to wait for another holder. */
export function flock(descriptor: number, mode: FlockMode, waitMs: number): Promise<FlockResult> {
  return new Promise(resolve => {
    const words = [`--${mode}`, '--wait', (Math.max(1, waitMs) / 1000).toFixed(3), '3'];
    const child = spawn('flock', words, { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
    const timer = setTimeout(() => child.kill('SIGKILL'), waitMs + graceMs);
    child.on('error', () => {
      clearTimeout(timer);
      resolve('missing');
    });
    child.on('exit', code => {
      clearTimeout(timer);
      resolve(code === 0 ? 'locked' : 'busy');
    });
  });
}
