/** Switches the terminal to the screen's modes and restores it: alternate screen, raw input,
 * bracketed paste, and mouse reporting if enabled. */

export type TerminalMode = ReturnType<typeof createTerminalMode>;

const enterSequence = '\u001b[?1049h\u001b[?25l\u001b[?2004h\u001b[2J\u001b[H';
const leaveSequence = '\u001b[?2026l\u001b[?2004l\u001b[0m\u001b[?25h\u001b[?1049l';
/** Buttons and wheel without motion, in the encoding for any terminal size. */
const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';

/** @param hasMouse if false, mouse modes are never changed. */
export function createTerminalMode(
  input: { setRawMode(on: boolean): unknown },
  write: (text: string) => void,
  hasMouse = false,
) {
  let state: 'out' | 'in' | 'lent' = 'out';
  const enter = () => {
    if (state === 'in') return;
    // The mode is unknown here, and Node only sets a mode that changes.
    if (state === 'lent') input.setRawMode(false);
    state = 'in';
    input.setRawMode(true);
    write(enterSequence + (hasMouse ? mouseOn : ''));
  };
  const writeLeave = () => write((hasMouse ? mouseOff : '') + leaveSequence);
  return {
    enter,
    /** Restores the terminal. Can be called repeatedly. */
    leave() {
      if (state === 'out') return;
      // The borrowing program may have left its own screen.
      if (state === 'lent') enter();
      state = 'out';
      writeLeave();
      input.setRawMode(false);
    },
    /** Hands the terminal to a program that sets its own modes and must find and leave it raw: the
     * modes that `leave` restores are kept, however that program ends. */
    lend() {
      if (state !== 'in') return;
      state = 'lent';
      writeLeave();
    },
    /** While lent: gives the shell a cooked terminal until the program resumes. */
    restoreCookedMode() {
      if (state === 'lent') input.setRawMode(false);
    },
  };
}
