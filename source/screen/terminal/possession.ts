/** Ownership of the terminal: vigil, the shell (Ctrl-Z), or a program started in it. vigil draws and reads
 * only while it owns the terminal; polls and terminations go on. */
import type { TerminalMode } from './terminal-mode.ts';

export type Possession = ReturnType<typeof createPossession>;

type PossessionOptions = {
  readonly mode: TerminalMode;
  readonly keys: { pause(): void; resume(): void };
  /** Stops the whole job. */
  suspend(): void;
  /** The terminal's content is unknown. */
  redraw(): void;
};

/** If nothing stops us (no job control), the screen comes back after this. */
const resumeCheckMs = 100;

export function createPossession({ mode, keys, suspend, redraw }: PossessionOptions) {
  let holder: 'us' | 'shell' | 'program' | 'nobody' = 'nobody';
  const take = () => {
    holder = 'us';
    mode.enter();
  };
  const reclaim = () => {
    if (holder !== 'shell') return;
    take();
    redraw();
  };
  return {
    isOurs: () => holder === 'us',
    take,
    /** Leaves for good. Idempotent. */
    leave() {
      holder = 'nobody';
      mode.leave();
    },
    /** Ctrl-Z, or SIGTSTP from another process. */
    suspend() {
      // tmux's client ignores SIGTSTP from outside too.
      if (holder === 'program') return;
      if (holder === 'nobody') return suspend();
      holder = 'shell';
      mode.leave();
      suspend();
      setTimeout(reclaim, resumeCheckMs);
    },
    /** SIGCONT: after a stop without a handler (SIGSTOP) the terminal is as the shell left it. */
    resume() {
      if (holder === 'us') {
        mode.leave();
        holder = 'shell';
      }
      reclaim();
    },
    /** Takes it back when the program has exited, unless the screen was left meanwhile.
     * @param run gets a callback for when the user suspends the program. */
    async lend<T>(run: (onStopped: () => void) => Promise<T>): Promise<T> {
      holder = 'program';
      keys.pause();
      mode.lend();
      // A paused stream is read until the end of this turn.
      await new Promise(setImmediate);
      try {
        return await run(() => {
          mode.restoreCookedMode();
          suspend();
        });
      } finally {
        if (holder === 'program') {
          take();
          keys.resume();
          redraw();
        }
      }
    },
  };
}
