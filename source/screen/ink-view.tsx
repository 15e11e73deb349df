/** Draws states on the terminal: sets up Ink, with our frame writer behind it. */
import chalk from 'chalk';
import { type Instance, render } from 'ink';
import type { Size } from '../components/frame.ts';
import { boundsOf, type Layout, layoutOf, type ScreenProps } from '../components/layout.ts';
import { Screen } from '../components/screen.tsx';
import type { Terminal } from '../text/terminal.ts';
import { bindings, footerKeys } from './input/keys.ts';
import type { Bounds } from './state/events.ts';
import type { State } from './state/state.ts';
import { createFrameWriter } from './terminal/frame-writer.ts';
import { createInkStream } from './terminal/ink-stream.ts';

export type View = {
  /** Lays the state out for drawing. */
  measure(state: State): Bounds;
  /** Props of the last measured state. */
  props(state: State): ScreenProps;
  draw(state: State): void;
  /** Redraws the whole frame: the terminal's content is unknown. */
  redraw(state: State): void;
  close(): void;
};

/** @param isOurs whether vigil may draw on the terminal now. */
export function createView(
  stdout: NodeJS.WriteStream,
  { charset, colors, theme }: Terminal,
  isOurs: () => boolean,
): View {
  // Inverse and bold are needed without colours too; the components leave colours out.
  chalk.level = 1;
  const paint = { charset, colors, theme };
  const size = (): Size => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const writer = createFrameWriter(
    text => void stdout.write(text),
    () => size().rows,
  );
  const stream = createInkStream(size(), frame => {
    if (isOurs()) writer.show(frame);
  });
  let layout: Layout | undefined;
  let ink: Instance | undefined;
  const lay = (state: State) => {
    layout = layoutOf(state, size(), charset, bindings);
    return layout;
  };
  const props = (state: State) => ({ state, layout: layout ?? lay(state), paint, footerKeys });
  const draw = (state: State) => {
    const screen = <Screen {...props(state)} />;
    stream.fit(size());
    if (ink !== undefined) return ink.rerender(screen);
    const { stdout } = stream;
    ink = render(screen, { stdout, debug: true, exitOnCtrlC: false, patchConsole: false });
  };
  return {
    measure: state => boundsOf(lay(state)),
    props,
    draw,
    redraw(state) {
      writer.forget();
      draw(state);
    },
    close: () => ink?.unmount(),
  };
}
