/** Whose the terminal is: ours, the shell's (Ctrl-Z), or a program's that we have started in it. Only what
 * is ours is drawn on and read from; everything else of vigil goes on. */
import type { TerminalMode } from './terminal-mode.ts';

export type Possession = {
  isOurs(): boolean;
  take(): void;
  /** For good. Any number of times. */
  leave(): void;
  /** Ctrl-Z, or somebody else's SIGTSTP. */
  suspend(): void;
  /** SIGCONT: who was stopped without being asked finds the terminal as the shell has left it. */
  goOn(): void;
  /** Takes it back when the program has ended, unless it was left for good meanwhile.
   * @param run gets what to call when the program was stopped by its person. */
  lend<T>(run: (onStopped: () => void) => Promise<T>): Promise<T>;
};

export type PossessionOptions = {
  readonly mode: TerminalMode;
  readonly keys: { pause(): void; resume(): void };
  /** Stops the whole job. */
  suspend(): void;
  /** What the terminal shows is not known. */
  redraw(): void;
};

/** Should nobody stop us (no job control), the screen comes back after this. */
const resumeCheckMs = 100;

export function createPossession({ mode, keys, suspend, redraw }: PossessionOptions): Possession {
  let holder: 'us' | 'shell' | 'program' | 'nobody' = 'nobody';
  const take = () => {
    holder = 'us';
    mode.enter();
  };
  const comeBack = () => {
    if (holder !== 'shell') return;
    take();
    redraw();
  };
  return {
    isOurs: () => holder === 'us',
    take,
    leave() {
      holder = 'nobody';
      mode.leave();
    },
    suspend() {
      // tmux's client does not stop either when it is asked from outside.
      if (holder === 'program') return;
      if (holder === 'nobody') return suspend();
      holder = 'shell';
      mode.leave();
      suspend();
      setTimeout(comeBack, resumeCheckMs);
    },
    goOn() {
      if (holder === 'us') {
        mode.leave();
        holder = 'shell';
      }
      comeBack();
    },
    async lend(run) {
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
