/** flock(2) on a descriptor of ours: called where it can be (`native-flock.ts`), else taken by flock(1)
 * on the inherited descriptor: the lock belongs to the open file description and stays after the helper
 * has exited. Python's fcntl.flock on the same file waits for it, and it for that. Released by closing
 * the descriptor. */
import { type ChildProcess, spawn } from 'node:child_process';
import { killGroup } from '../processes/kill-group.ts';
import { type FlockMode, nativeFlock } from './native-flock.ts';

/** `missing`: there is no way to take the lock on this machine. `failed`: flock(1) could not be started, or
 * did not do what it is for; that says nothing about who holds the lock. */
export type FlockResult = 'locked' | 'busy' | 'missing' | 'failed';

/** What flock(1) leaves with when it has waited long enough. */
const busyCode = 1;
/** A helper that is not back this long after its own deadline is stuck. */
const graceMs = 2000;
/** Between two tries where nothing can wait in the kernel's queue. */
const betweenTriesMs = 10;

/** @param waitMs how long to wait for another holder. */
export async function flock(
  descriptor: number,
  mode: FlockMode,
  waitMs: number,
): Promise<FlockResult> {
  const deadline = Date.now() + waitMs;
  const take = await nativeFlock();
  const taken = take?.(descriptor, mode);
  if (taken === 'locked') return 'locked';
  // A call that waits would stop this process, and one that does not wait has no place in the kernel's
  // queue: writers that have one would go first for ever. So flock(1) waits for us.
  const waited = await flockByProgram(descriptor, mode, waitMs);
  if (waited !== 'missing' || take === undefined || taken !== 'held') return waited;
  for (;;) {
    if (take(descriptor, mode) === 'locked') return 'locked';
    if (Date.now() >= deadline) return 'busy';
    await new Promise(resolve => setTimeout(resolve, betweenTriesMs));
  }
}

/** The same by flock(1) alone, for whoever only reads: that is not to load anything native. */
export function flockByProgram(
  descriptor: number,
  mode: FlockMode,
  waitMs: number,
): Promise<FlockResult> {
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
