/** Draws states on the terminal: sets up Ink, with our frame writer behind it. */
import { type Instance, render } from 'ink';
import type { Size } from '../components/frame.ts';
import { boundsOf, type Layout, layoutOf } from '../components/layout.ts';
import { Screen } from '../components/screen.tsx';
import type { Terminal } from '../text/terminal.ts';
import { type Binding, footerKeys } from './input/keys.ts';
import type { State } from './state/state.ts';
import { createFrameWriter } from './terminal/frame-writer.ts';

export type View = ReturnType<typeof createView>;

type ViewOptions = {
  /** Whether vigil may draw on the terminal now. */
  isOurs(): boolean;
  /** The keys, for the help and the command list. */
  readonly table: readonly Binding[];
};

export function createView(
  stdout: NodeJS.WriteStream,
  { charset, colors, theme }: Terminal,
  { isOurs, table }: ViewOptions,
) {
  const paint = { charset, colors, theme };
  const size = (): Size => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const writer = createFrameWriter(
    text => void stdout.write(text),
    () => size().rows,
  );
  const stream = inkStreamOf(size(), frame => {
    if (isOurs()) writer.show(frame);
  });
  let layout: Layout | undefined;
  let ink: Instance | undefined;
  /** Lays the state out for drawing. */
  const lay = (state: State) => {
    layout = layoutOf(state, size(), charset, table);
    return layout;
  };
  /** Props of the last measured state. */
  const props = (state: State) => ({ state, layout: layout ?? lay(state), paint, footerKeys });
  const draw = (state: State) => {
    const screen = <Screen {...props(state)} />;
    Object.assign(stream, size());
    if (ink !== undefined) return ink.rerender(screen);
    const options = { debug: true, exitOnCtrlC: false, patchConsole: false };
    ink = render(screen, { ...options, stdout: stream as unknown as NodeJS.WriteStream });
  };
  return {
    measure: (state: State) => boundsOf(lay(state)),
    props,
    draw,
    /** Draws the whole frame: the terminal's content is unknown. */
    redraw(state: State) {
      writer.forget();
      draw(state);
    },
    close: () => ink?.unmount(),
  };
}

/** The stream Ink writes to, with the few members that it uses in debug mode: it delivers whole frames, which our
 * frame writer draws. Ink's own cursor arithmetic, which does not recover from foreign output, is unused, as is
 * anything that differs between its major versions. */
function inkStreamOf(size: Size, onFrame: (frame: string) => void) {
  const stream = {
    ...size,
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
  return stream;
}
