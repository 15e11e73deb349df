/** The only component that passes text to Ink: lines, each cut to the width, in the tones of their spans. */
import { Text } from 'ink';
import { cellsOf, clip, type Line, span } from '../text/line.ts';
import { type Painted, painted } from '../text/painted.ts';
import { printable } from '../text/printable.ts';
import type { Terminal } from '../text/terminal.ts';

/** Theme, charset and colours of this terminal. */
export type Paint = Omit<Terminal, 'width'>;

export type Drawn = {
  readonly width: number;
  readonly paint: Paint;
  /** Drawn as the row under the cursor: its bar reaches over the whole line. */
  readonly isCursor?: boolean;
};

export function paintLine(line: Line, { width, paint, isCursor = false }: Drawn): Painted {
  const clipped = clip(line, width, paint.charset);
  if (!isCursor) return painted(clipped, paint);
  const rest = span(printable(' '.repeat(width - cellsOf(clipped))));
  return painted([...clipped, rest], paint, true);
}

type LinesProps = Drawn & { readonly lines: readonly Line[] };

/** A column of lines. */
export function Lines({ lines, ...drawn }: LinesProps) {
  return <PaintedLines lines={lines.map(line => paintLine(line, drawn))} />;
}

/** One text for all lines: Ink measures and places each text by itself, which takes longer than drawing it. */
export function PaintedLines({ lines }: { readonly lines: readonly Painted[] }) {
  return <Text wrap="truncate">{lines.join('\n') || ' '}</Text>;
}
