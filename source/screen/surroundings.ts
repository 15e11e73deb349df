/** What the screen gets of the process it runs in: its terminal, and how the whole job is stopped. */
import process from 'node:process';
import type { Surroundings } from './app.tsx';

/** By then a stop that was sent to ourselves has been and gone. */
const relistenMs = 100;

/** @param hold keeps a signal from cutting off the work. @param restorers are called, the first one first,
 * before the program leaves in whatever way. */
export function createSurroundings(
  hold: Surroundings['hold'],
  restorers: (() => void)[],
): Surroundings {
  return {
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    // The screen comes last and goes first.
    onAbruptExit: restore => void restorers.unshift(restore),
    hold,
    // Group 0 is our own: npm and whoever else started us with the terminal stop too. The kernel stops
    // nobody who listens to the signal, and nobody at all where there is no shell to come back to.
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
