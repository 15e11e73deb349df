/** The only place where text reaches Ink: one line, cut to its width, in the tones of its pieces. */
import { Text } from 'ink';
import { clip, type Line, type Span } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';
import { type ThemeName, themes } from '../text/themes.ts';

/** How a terminal of this person wants to be drawn on. */
export type Paint = {
  readonly charset: Charset;
  readonly colors: boolean;
  readonly theme: ThemeName;
};

export type TextLineProps = {
  readonly line: Line;
  readonly width: number;
  readonly paint: Paint;
  /** Shown as the row under the cursor. */
  readonly isCursor?: boolean;
};

export function TextLine({ line, width, paint, isCursor = false }: TextLineProps) {
  const pieces = merged(clip(line, width, paint.charset));
  return (
    <Text wrap="truncate" inverse={isCursor}>
      {pieces.length === 0
        ? ' '
        : pieces.map((piece, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
            <Piece key={index} piece={piece} paint={paint} isCursor={isCursor} />
          ))}
    </Text>
  );
}

type PieceProps = { readonly piece: Span; readonly paint: Paint; readonly isCursor: boolean };

function Piece({ piece, paint, isCursor }: PieceProps) {
  const look = themes[paint.theme][piece.tone];
  return (
    <Text
      color={paint.colors && !isCursor ? look.color : undefined}
      bold={look.bold}
      dimColor={look.dim}
      underline={look.underline}
      inverse={isCursor || look.inverse === true}
    >
      {piece.text}
    </Text>
  );
}

/** Neighbours of one tone are one piece: fewer nodes, fewer escapes. */
function merged(line: Line): Line {
  const pieces: Span[] = [];
  for (const piece of line) {
    const last = pieces.at(-1);
    if (last !== undefined && last.tone === piece.tone)
      pieces[pieces.length - 1] = { ...last, text: (last.text + piece.text) as Span['text'] };
    else pieces.push(piece);
  }
  return pieces;
}
