/** Taking over a terminal and giving it back: alternate screen, raw input, bracketed paste, the mouse
 * where it is wanted. */

export type Input = {
  readonly isRaw?: boolean;
  setRawMode(on: boolean): unknown;
};

export type TerminalMode = {
  enter(): void;
  /** Gives the terminal back as it was. Any number of times. */
  leave(): void;
  /** Gives it to a program that sets the modes it wants itself, and is to find and to leave them raw: so
   * the modes that `leave` brings back stay known, however that program ends. */
  lend(): void;
  /** While it is lent: the shell gets the terminal, until the program goes on. */
  calm(): void;
};

const enterSequence = '\u001b[?1049h\u001b[?25l\u001b[?2004h\u001b[2J\u001b[H';
const leaveSequence = '\u001b[?2026l\u001b[?2004l\u001b[0m\u001b[?25h\u001b[?1049l';
/** Buttons and wheel, but no motion; in the form that says where in every size of terminal. */
const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';

/** @param hasMouse without it no mode of the mouse is touched. */
export function createTerminalMode(
  input: Input,
  write: (text: string) => void,
  hasMouse = false,
): TerminalMode {
  let place: 'out' | 'in' | 'lent' = 'out';
  const mode: TerminalMode = {
    enter() {
      if (place === 'in') return;
      // It may have been left in any mode: only a change makes Node set it.
      if (place === 'lent') input.setRawMode(false);
      place = 'in';
      input.setRawMode(true);
      write(enterSequence + (hasMouse ? mouseOn : ''));
    },
    leave() {
      if (place === 'out') return;
      // Who borrowed it may have left its own screen behind.
      if (place === 'lent') mode.enter();
      place = 'out';
      write((hasMouse ? mouseOff : '') + leaveSequence);
      input.setRawMode(false);
    },
    lend() {
      if (place !== 'in') return;
      place = 'lent';
      write((hasMouse ? mouseOff : '') + leaveSequence);
    },
    calm() {
      if (place === 'lent') input.setRawMode(false);
    },
  };
  return mode;
}
