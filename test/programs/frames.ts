/** Draws lines with Ink, frame after frame in one app, like the screen; and parses command lines
 * with meow. */
import { EventEmitter } from 'node:events';
import { Box, render, Text } from 'ink';
import meow from 'meow';
import { createElement } from 'react';
import stringWidth from 'string-width';

export type Frame = {
  readonly lines: readonly string[];
  readonly width: number;
  /** Beside them, from the cell of this width on: in a column of their own, or over them. */
  readonly beside?: { readonly lines: readonly string[]; readonly width: number };
};

const column = (lines: readonly string[], isOne: boolean) =>
  isOne
    ? createElement(Text, { wrap: 'truncate' }, lines.join('\n') || ' ')
    : lines.map((line, key) =>
        createElement(Text, { key, wrap: key % 2 === 0 ? 'truncate' : 'wrap' }, line),
      );

const Lines = ({ lines, width, beside }: Frame) => {
  const box = { flexDirection: 'column', flexShrink: 0, width } as const;
  if (beside === undefined)
    return createElement(Box, { ...box, overflow: 'hidden' }, column(lines, false));
  return createElement(
    Box,
    { flexDirection: 'row', width: width + beside.width },
    createElement(Box, box, column(lines, true)),
    createElement(Box, { ...box, width: beside.width }, column(beside.lines, false)),
  );
};

/** @returns Ink's output for each frame, and the width of each line. */
export function draw(frames: readonly Frame[]): unknown[] {
  let written = '';
  const write = (text: string) => {
    written = text;
  };
  const stdout = Object.assign(new EventEmitter(), { columns: 80, rows: 24, write });
  const options = { debug: true, patchConsole: false, exitOnCtrlC: false };
  const app = render(createElement('ink-text'), { ...options, stdout: stdout as never });
  const drawn = frames.map(frame => {
    app.rerender(createElement(Lines, frame));
    return [written, frame.lines.map(line => stringWidth(line))];
  });
  app.unmount();
  return drawn;
}

/** @returns meow's result for these words, or its error. */
export function parse(argv: readonly string[]): unknown {
  try {
    const { input, flags } = meow({
      importMeta: import.meta,
      argv: [...argv],
      pkg: {},
      autoHelp: false,
      autoVersion: false,
      flags: {
        json: { type: 'boolean' },
        interval: { type: 'string', shortFlag: 'd' },
        tmuxSocket: { type: 'string', shortFlag: 'L', isMultiple: true },
      },
    });
    return { input, flags };
  } catch (error) {
    return String(error);
  }
}
