/** Ownership of the terminal: vigil, the shell (Ctrl-Z), or a program started in it. vigil draws and reads
 * only while it owns the terminal, in its own modes: alternate screen, raw input, bracketed paste, and mouse
 * reporting if enabled. Polls and terminations go on. */

export type Possession = ReturnType<typeof createPossession>;

type PossessionOptions = {
  readonly stdin: { setRawMode(on: boolean): unknown };
  write(text: string): void;
  /** If false, mouse modes are never changed. */
  readonly mouse: boolean;
  readonly keys: { pause(): void; resume(): void };
  /** Stops the whole job. */
  suspend(): void;
  /** Ignores the terminal's interrupts until the returned function is called. */
  ignoreInterrupts(): () => void;
  /** The terminal's content is unknown. */
  redraw(): void;
};

const enterSequence = '\u001b[?1049h\u001b[?25l\u001b[?2004h\u001b[2J\u001b[H';
const leaveSequence = '\u001b[?2026l\u001b[?2004l\u001b[0m\u001b[?25h\u001b[?1049l';
/** Buttons and wheel without motion, in the encoding for any terminal size. */
const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';
/** If nothing stops us (no job control), the screen comes back after this. */
const resumeCheckMs = 100;

export function createPossession(options: PossessionOptions) {
  const { stdin, write, mouse, keys, suspend, ignoreInterrupts, redraw } = options;
  let holder: 'us' | 'shell' | 'program' | 'nobody' = 'nobody';
  const take = () => {
    if (holder === 'us') return;
    // A program may leave any mode, and Node only sets a mode that changes.
    if (holder === 'program') stdin.setRawMode(false);
    holder = 'us';
    stdin.setRawMode(true);
    write(enterSequence + (mouse ? mouseOn : ''));
  };
  const leaveScreen = () => write((mouse ? mouseOff : '') + leaveSequence);
  /** Restores the terminal for its next holder. */
  const giveTo = (next: 'shell' | 'nobody') => {
    // The program may have left its own screen.
    if (holder === 'program') take();
    if (holder === 'us') {
      leaveScreen();
      stdin.setRawMode(false);
    }
    holder = next;
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
    leave: () => giveTo('nobody'),
    /** Ctrl-Z, or SIGTSTP from another process. */
    suspend() {
      // tmux's client ignores SIGTSTP from outside too.
      if (holder === 'program') return;
      if (holder === 'nobody') return suspend();
      giveTo('shell');
      suspend();
      setTimeout(reclaim, resumeCheckMs);
    },
    /** SIGCONT: after a stop without a handler (SIGSTOP) the terminal is as the shell left it. */
    resume() {
      if (holder === 'us') giveTo('shell');
      reclaim();
    },
    /** Hands the terminal to a program. Takes it back when the program has exited, unless the screen was left
     * meanwhile.
     * @param mode `raw` for a program that sets its own modes and must find and leave it raw; `cooked` for any
     * other, as in a shell.
     * @param run gets a callback for when the user suspends the program: the shell needs a cooked terminal. */
    async lend<T>(
      run: (onStopped: () => void) => Promise<T>,
      mode: 'raw' | 'cooked' = 'raw',
    ): Promise<T> {
      holder = 'program';
      keys.pause();
      leaveScreen();
      // A paused stream is read until the end of this turn.
      await new Promise(setImmediate);
      if (mode === 'cooked' && holder === 'program') stdin.setRawMode(false);
      const listenAgain = mode === 'cooked' ? ignoreInterrupts() : () => undefined;
      try {
        return await run(() => {
          if (holder === 'program') stdin.setRawMode(false);
          suspend();
        });
      } finally {
        listenAgain();
        if (holder === 'program') {
          take();
          keys.resume();
          redraw();
        }
      }
    },
  };
}
