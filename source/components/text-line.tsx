/** The only component that passes text to Ink: one line, cut to its width, in the tones of its spans. */
import { Box, Text } from 'ink';
import { memo } from 'react';
import { cellsOf, clip, type Line, type Span, span } from '../text/line.ts';
import { join, printable } from '../text/printable.ts';
import type { Terminal } from '../text/terminal.ts';
import { themes } from '../text/themes.ts';

/** Theme, charset and colours of this terminal. */
export type Paint = Omit<Terminal, 'width'>;

export type TextLineProps = {
  readonly line: Line;
  readonly width: number;
  readonly paint: Paint;
  /** Drawn as the row under the cursor. */
  readonly isCursor?: boolean;
};

export function TextLine({ line, width, paint, isCursor = false }: TextLineProps) {
  const clipped = clip(line, width, paint.charset);
  // The cursor's bar reaches over the whole line.
  const rest = isCursor ? [span(printable(' '.repeat(width - cellsOf(clipped))))] : [];
  const pieces = merged([...clipped, ...rest]);
  return (
    <Text wrap="truncate" inverse={isCursor}>
      {pieces.length === 0
        ? ' '
        : pieces.map((piece, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces are identified by their position only
            <Piece key={index} piece={piece} paint={paint} isCursor={isCursor} />
          ))}
    </Text>
  );
}

/** Most lines are the same from poll to poll: they are not rendered again. */
export const SteadyLine = memo(
  TextLine,
  (before, after) =>
    before.width === after.width &&
    before.isCursor === after.isCursor &&
    before.paint === after.paint &&
    before.line.length === after.line.length &&
    before.line.every((piece, index) => {
      const other = after.line[index];
      return piece.text === other?.text && piece.tone === other.tone;
    }),
);

type LinesProps = Pick<TextLineProps, 'width' | 'paint'> & { readonly lines: readonly Line[] };

/** A column of lines. */
export function Lines({ lines, width, paint }: LinesProps) {
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of a page is identified by its position
        <SteadyLine key={index} line={line} width={width} paint={paint} />
      ))}
    </Box>
  );
}

type PieceProps = { readonly piece: Span; readonly paint: Paint; readonly isCursor: boolean };

function Piece({ piece, paint, isCursor }: PieceProps) {
  const style = themes[paint.theme][piece.tone];
  return (
    <Text
      color={paint.colors && !isCursor ? style.color : undefined}
      bold={style.bold}
      dimColor={style.dim}
      underline={style.underline}
      inverse={isCursor || style.inverse === true}
    >
      {piece.text}
    </Text>
  );
}

/** Merges neighbours of one tone: fewer nodes, fewer escapes. */
function merged(line: Line): Line {
  const pieces: Span[] = [];
  for (const piece of line) {
    const last = pieces.at(-1);
    if (last !== undefined && last.tone === piece.tone)
      pieces[pieces.length - 1] = { ...last, text: join(last.text, piece.text) };
    else pieces.push(piece);
  }
  return pieces;
}
