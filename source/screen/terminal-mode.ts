/** Taking over a terminal and giving it back: alternate screen, raw input, bracketed paste. */

export type Input = {
  readonly isRaw?: boolean;
  setRawMode(on: boolean): unknown;
};

export type TerminalMode = {
  enter(): void;
  /** Gives the terminal back as it was. Any number of times. */
  leave(): void;
};

const enterSequence = '\u001b[?1049h\u001b[?25l\u001b[?2004h\u001b[2J\u001b[H';
const leaveSequence = '\u001b[?2026l\u001b[?2004l\u001b[0m\u001b[?25h\u001b[?1049l';

export function createTerminalMode(input: Input, write: (text: string) => void): TerminalMode {
  let isIn = false;
  return {
    enter() {
      if (isIn) return;
      isIn = true;
      input.setRawMode(true);
      write(enterSequence);
    },
    leave() {
      if (!isIn) return;
      isIn = false;
      write(leaveSequence);
      input.setRawMode(false);
    },
  };
}
