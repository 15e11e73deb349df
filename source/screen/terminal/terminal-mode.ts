/** Switches the terminal to the screen's modes and restores it: alternate screen, raw input,
 * bracketed paste, and mouse reporting if enabled. */

export type Input = {
  readonly isRaw?: boolean;
  setRawMode(on: boolean): unknown;
};

export type TerminalMode = {
  enter(): void;
  /** Restores the terminal. Can be called repeatedly. */
  leave(): void;
  /** Hands the terminal to a program that sets its own modes and must find and leave it raw: the
   * modes that `leave` restores are kept, however that program ends. */
  lend(): void;
  /** While lent: gives the shell a cooked terminal until the program resumes. */
  restoreCookedMode(): void;
};

const enterSequence = '\u001b[?1049h\u001b[?25l\u001b[?2004h\u001b[2J\u001b[H';
const leaveSequence = '\u001b[?2026l\u001b[?2004l\u001b[0m\u001b[?25h\u001b[?1049l';
/** Buttons and wheel without motion, in the encoding for any terminal size. */
const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';

/** @param hasMouse if false, mouse modes are never changed. */
export function createTerminalMode(
  input: Input,
  write: (text: string) => void,
  hasMouse = false,
): TerminalMode {
  let state: 'out' | 'in' | 'lent' = 'out';
  const mode: TerminalMode = {
    enter() {
      if (state === 'in') return;
      // The mode is unknown here, and Node only sets a mode that changes.
      if (state === 'lent') input.setRawMode(false);
      state = 'in';
      input.setRawMode(true);
      write(enterSequence + (hasMouse ? mouseOn : ''));
    },
    leave() {
      if (state === 'out') return;
      // The borrowing program may have left its own screen.
      if (state === 'lent') mode.enter();
      state = 'out';
      write((hasMouse ? mouseOff : '') + leaveSequence);
      input.setRawMode(false);
    },
    lend() {
      if (state !== 'in') return;
      state = 'lent';
      write((hasMouse ? mouseOff : '') + leaveSequence);
    },
    restoreCookedMode() {
      if (state === 'lent') input.setRawMode(false);
    },
  };
  return mode;
}
