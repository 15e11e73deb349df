/** Whole frames → as few bytes as bring the terminal from the last frame to this one. Lines are
 * placed absolutely, so a frame heals whatever a resize or foreign output did once `forget` was
 * called. */

export type FrameWriter = {
  /** Shows a frame: its lines from the top, nothing below them. */
  show(frame: string): void;
  /** The terminal's content is unknown: the next frame is drawn whole. */
  forget(): void;
};

/** The terminal shows nothing until the end of a synchronized update; one that does not know the
 * mode ignores it. */
const beginUpdate = '\u001b[?2026h';
const endUpdate = '\u001b[?2026l';

/** @param rowsOf how many rows the terminal has; lines beyond it would scroll it. */
export function createFrameWriter(
  write: (text: string) => void,
  rowsOf: () => number,
): FrameWriter {
  let shown: readonly string[] | undefined;
  return {
    show(frame) {
      const lines = frame.split('\n').slice(0, Math.max(1, rowsOf()));
      let update = shown === undefined ? '\u001b[0m\u001b[2J' : '';
      for (let row = 0; row < lines.length; row++)
        if (shown?.[row] !== lines[row])
          update += `\u001b[${row + 1};1H${lines[row]}\u001b[0m\u001b[K`;
      if (shown !== undefined && shown.length > lines.length)
        update += `\u001b[${lines.length + 1};1H\u001b[J`;
      shown = lines;
      if (update !== '') write(beginUpdate + update + endUpdate);
    },
    forget() {
      shown = undefined;
    },
  };
}
