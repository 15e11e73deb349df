/** A shared flock(2) on a descriptor of ours, taken by flock(1): the lock belongs to the open file
 * description and stays after the helper has exited. Only for a file that every plain read found
 * torn; released by closing the descriptor, a read later. */
import { spawn } from 'node:child_process';

/** Writers hold theirs for milliseconds; one that is stopped is not waited for. */
const waitSeconds = 0.5;

/** @returns whether the lock is ours. False as well where flock(1) is missing. */
export function lockShared(descriptor: number): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn('flock', ['--shared', '--wait', String(waitSeconds), '3'], {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
    });
    child.on('error', () => resolve(false));
    child.on('exit', code => resolve(code === 0));
  });
}
