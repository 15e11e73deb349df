/** flock(2) on our own descriptor, by a libc call (`native-flock.ts`) or by flock(1) on the
 * inherited descriptor: the lock belongs to the open file description and outlives the helper.
 * It excludes Python's fcntl.flock on the same file; closing the descriptor releases it. */
import { spawn } from 'node:child_process';
import { killGroup } from '../processes/kill-group.ts';
import { tied } from '../run/tied-program.ts';
import { codeOf } from '../run/try-to.ts';
import { type FlockMode, nativeFlock } from './native-flock.ts';

/** `missing`: this machine has no way to take the lock. `failed`: flock(1) could not be started
 * or misbehaved, which says nothing about the lock's holder. */
type FlockResult = 'locked' | 'busy' | 'missing' | 'failed';

/** Exit code of flock(1) after a timeout. */
const busyCode = 1;
/** A helper still running this long after its own deadline is stuck. */
const graceMs = 2000;
/** Interval between attempts when nothing can wait in the kernel's queue. */
const betweenTriesMs = 10;

/** @param waitMs how long to wait for the current holder. */
export async function flock(
  descriptor: number,
  mode: FlockMode,
  waitMs: number,
): Promise<FlockResult> {
  const deadline = Date.now() + waitMs;
  const take = await nativeFlock();
  const taken = take?.(descriptor, mode);
  if (taken === 'locked') return 'locked';
  // A blocking call would stop this process, and a non-blocking one never enters the kernel's
  // queue, where other writers would always be first. So flock(1) does the waiting.
  const waited = await flockByProgram(descriptor, mode, waitMs);
  if (waited !== 'missing' || take === undefined || taken !== 'held') return waited;
  for (;;) {
    if (take(descriptor, mode) === 'locked') return 'locked';
    if (Date.now() >= deadline) return 'busy';
    await new Promise(resolve => setTimeout(resolve, betweenTriesMs));
  }
}

/** The same with flock(1) only, for readers, which must not load native code. */
export function flockByProgram(
  descriptor: number,
  mode: FlockMode,
  waitMs: number,
): Promise<FlockResult> {
  const waitSeconds = (Math.max(1, waitMs) / 1000).toFixed(3);
  const flockWords = ['flock', `--${mode}`, '--wait', waitSeconds, '3'];
  const [program = '', ...words] = tied(flockWords, process.env);
  let timer: NodeJS.Timeout | undefined;
  return new Promise<FlockResult>((resolve, reject) => {
    const child = spawn(program, words, {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
    });
    timer = setTimeout(killGroup, waitMs + graceMs, child);
    child.on('error', reject);
    child.on('exit', code =>
      resolve(code === 0 ? 'locked' : code === busyCode ? 'busy' : 'failed'),
    );
  })
    .catch(error => (codeOf(error) === 'ENOENT' ? 'missing' : 'failed'))
    .finally(() => clearTimeout(timer));
}
