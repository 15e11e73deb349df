/** What the screen needs from its process: the terminal, and job control. */
import process from 'node:process';

export type Surroundings = ReturnType<typeof createSurroundings>;

/** By then a stop signal sent to ourselves has been handled. */
const relistenMs = 100;

const interrupts = ['SIGINT', 'SIGQUIT'] as const;

type Leaving = {
  /** Aborted by a signal. */
  readonly stopping: AbortSignal;
  /** Keeps a signal from cutting off the work. */
  hold<T>(work: Promise<T>): Promise<T>;
};

/** @param restorers run in order before the program exits, however it does.
 * @param warn prints a line on stderr. */
export function createSurroundings(
  { stopping, hold }: Leaving,
  restorers: (() => void)[],
  warn: (message: string) => void,
) {
  return {
    warn,
    stdin: process.stdin,
    stdout: process.stdout,
    stopping,
    hold,
    /** Registers the function that restores the terminal on an unexpected exit. The screen is registered last
     * and restored first. */
    onAbruptExit: (restore: () => void) => void restorers.unshift(restore),
    /** Stops the whole job, as the terminal's own Ctrl-Z would. Group 0 is our own: npm and other parents on
     * the terminal stop too. The kernel stops no process that handles the signal, and none without a shell to
     * return to. */
    suspend() {
      const listeners = process.listeners('SIGTSTP');
      process.removeAllListeners('SIGTSTP');
      process.kill(0, 'SIGTSTP');
      setTimeout(() => {
        for (const listener of listeners) process.on('SIGTSTP', listener);
      }, relistenMs);
    },
    /** Ctrl-C and Ctrl-\ are meant for the program that has the terminal; the kernel sends them to our whole job.
     * @returns what ends this. */
    ignoreInterrupts() {
      const before = interrupts.map(name => [name, process.listeners(name)] as const);
      const ignore = () => undefined;
      for (const name of interrupts) {
        process.removeAllListeners(name);
        process.on(name, ignore);
      }
      return () => {
        for (const [name, listeners] of before) {
          process.off(name, ignore);
          for (const listener of listeners) process.on(name, listener);
        }
      };
    },
    /** Another process sent us SIGTSTP, or SIGCONT after a stop. */
    onJobControl(stop: () => void, goOn: () => void) {
      process.on('SIGTSTP', stop);
      process.on('SIGCONT', goOn);
    },
  };
}
