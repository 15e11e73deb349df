/** What the screen needs from its process: the terminal, and job control. */
import process from 'node:process';
import type { Surroundings } from './app.tsx';

/** By then a stop signal sent to ourselves has been handled. */
const relistenMs = 100;

/** @param hold keeps a signal from cutting off the work.
 * @param restorers run in order before the program exits, however it does. */
export function createSurroundings(
  hold: Surroundings['hold'],
  restorers: (() => void)[],
): Surroundings {
  return {
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    // The screen is registered last and restored first.
    onAbruptExit: restore => void restorers.unshift(restore),
    hold,
    // Group 0 is our own: npm and other parents on the terminal stop too. The kernel stops no process that
    // handles the signal, and none without a shell to return to.
    suspend() {
      const listeners = process.listeners('SIGTSTP');
      process.removeAllListeners('SIGTSTP');
      process.kill(0, 'SIGTSTP');
      setTimeout(() => {
        for (const listener of listeners) process.on('SIGTSTP', listener);
      }, relistenMs);
    },
    onJobControl(stop, goOn) {
      process.on('SIGTSTP', stop);
      process.on('SIGCONT', goOn);
    },
  };
}
