/** Lines as terminals draw them: texts between the sequences (ECMA-48, SGR) that begin and end their styles. */
import type { Line, Tone } from './line.ts';
import type { Style, ThemeName } from './themes.ts';
import { themes } from './themes.ts';

declare const brand: unique symbol;
/** Printable text with styles, of one line. */
export type Painted = string & { readonly [brand]: true };

export type Colours = {
  readonly theme: ThemeName;
  /** Without colours, weight and inverse video remain. */
  readonly colors: boolean;
};

/** @param isCursor drawn in inverse video as a whole, without colours. */
export function painted(line: Line, colours: Colours, isCursor = false): Painted {
  let text = '';
  let open: Tone | undefined;
  let style = plain;
  for (const piece of line) {
    if (piece.text === '') continue;
    // Neighbours of one tone share their sequences.
    if (piece.tone !== open) {
      text += style.end;
      style = sequencesOf(piece.tone, colours, isCursor);
      open = piece.tone;
      text += style.begin;
    }
    const words = style.isUnderlined ? piece.text.trimEnd() : piece.text;
    text += words;
    if (words.length === piece.text.length) continue;
    // Padding is no word.
    text += style.end + piece.text.slice(words.length);
    style = plain;
    open = undefined;
  }
  return (text + style.end) as Painted;
}

type Sequences = {
  readonly begin: string;
  readonly end: string;
  /** And without inverse video, which padding has too. */
  readonly isUnderlined?: boolean;
};

const plain: Sequences = { begin: '', end: '' };

/** Made once for each tone of a theme. */
const made = new Map<string, Sequences>();

function sequencesOf(tone: Tone, { theme, colors }: Colours, isCursor: boolean): Sequences {
  const key = `${tone} ${theme} ${colors} ${isCursor}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const style = themes[theme][tone];
  const codes = codesOf({
    ...style,
    color: colors && !isCursor ? style.color : undefined,
    inverse: isCursor || style.inverse === true,
  });
  const sequences = {
    begin: codes.map(([begin]) => `\u001b[${begin}m`).join(''),
    end: codes
      .map(([, end]) => `\u001b[${end}m`)
      .reverse()
      .join(''),
    isUnderlined: style.underline === true && style.inverse !== true && !isCursor,
  };
  made.set(key, sequences);
  return sequences;
}

const hues = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/** @returns the codes that begin and end each attribute. */
function codesOf({ color, bold, dim, underline, inverse }: Style): readonly [number, number][] {
  const codes: [number, number][] = [];
  if (inverse) codes.push([7, 27]);
  if (underline) codes.push([4, 24]);
  if (bold) codes.push([1, 22]);
  if (color === 'gray') codes.push([90, 39]);
  else if (color !== undefined) {
    const isBright = color.endsWith('Bright');
    codes.push([(isBright ? 90 : 30) + hues.indexOf(color.replace('Bright', '')), 39]);
  }
  if (dim) codes.push([2, 22]);
  return codes;
}
