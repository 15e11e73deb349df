/** What must be done before any kind of exit. */
import type { KillRecovery } from '../core/ports/kill-journal.ts';
import { printable } from '../text/printable.ts';

export function createRestorers(stderr: { write(text: string): void }) {
  /** Run once each, in order. */
  const restorers: (() => void)[] = [];
  const restoreAll = () => {
    for (const restore of restorers.splice(0)) restore();
  };
  return {
    restorers,
    restoreAll,
    /** On any exit, resumes (SIGCONT) what a kill has stopped, and names what is still running. */
    releaseKills({ releaseOnExit }: Pick<KillRecovery, 'releaseOnExit'>): void {
      restorers.push(() => {
        const left = releaseOnExit().map(({ pid }) => `pid ${pid}`);
        if (left.length > 0)
          stderr.write(
            `vigil: exited before the kill finished; still running: ${left.join(', ')}\n`,
          );
      });
    },
    /** Unexpected error: restores the terminal, prints one line. */
    reportFailure(error: Error, isDebugging: boolean): void {
      restoreAll();
      const detail = isDebugging ? `\n${error.stack}` : ' (--log-level debug shows a stack trace)';
      stderr.write(`vigil: unexpected error: ${printable(error.message)}${detail}\n`);
    },
  };
}
