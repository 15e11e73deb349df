/** What Ink writes to: it hands over whole frames, and our frame writer brings them to the
 * terminal. Ink's own cursor arithmetic, which does not heal after foreign output, is not used, and
 * neither is anything that differs between its major versions. */
type Size = { readonly columns: number; readonly rows: number };

export type InkStream = {
  readonly stdout: NodeJS.WriteStream;
  /** Tells Ink how wide its frame is. */
  fit(size: Size): void;
};

/** @param onFrame gets each frame as text with its lines apart. */
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
    // The few members that Ink uses of a stream in its debug mode.
    stdout: stream as unknown as NodeJS.WriteStream,
    fit({ columns, rows }) {
      stream.columns = Math.max(1, columns);
      stream.rows = rows;
    },
  };
}
