/** The stream Ink writes to: it delivers whole frames, which our frame writer draws. Ink's own cursor
 * arithmetic, which does not recover from foreign output, is unused, as is anything that differs between its
 * major versions. */
type Size = { readonly columns: number; readonly rows: number };

export type InkStream = {
  readonly stdout: NodeJS.WriteStream;
  /** Sets the width of Ink's frame. */
  fit(size: Size): void;
};

/** @param onFrame gets each frame as text with its lines separated. */
export function createInkStream(size: Size, onFrame: (frame: string) => void): InkStream {
  const stream = {
    columns: Math.max(1, size.columns),
    rows: size.rows,
    isTTY: false,
    write(frame: string) {
      onFrame(frame);
      return true;
    },
    on: () => stream,
    off: () => stream,
    once: () => stream,
    emit: () => false,
    end: () => stream,
  };
  return {
    // The few stream members that Ink uses in debug mode.
    stdout: stream as unknown as NodeJS.WriteStream,
    fit({ columns, rows }) {
      stream.columns = Math.max(1, columns);
      stream.rows = rows;
    },
  };
}
