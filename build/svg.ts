/** What a terminal shows, as `tmux capture-pane -e` prints it, → an SVG. No scripts, no fonts of its own: it
 * is shown wherever an image may be. */
import { printable, widthOf } from '../source/text/printable.ts';

export type Size = { readonly columns: number; readonly rows: number };

type Style = {
  readonly color?: string;
  readonly background?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
};

/** Text of one style, `at` cells from the left. */
type Run = {
  readonly at: number;
  readonly cells: number;
  readonly text: string;
  readonly style: Style;
};

const cellWidth = 8.4;
const lineHeight = 18;
const fontSize = 14;
/** From the top of a line to the feet of its letters. */
const baseline = 13.5;
const margin = 14;

const plain = '#c9d1d9';
const dark = '#0d1117';
const basic = ['#6e7681', '#ff7b72', '#7ee787', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', plain];
const bright = [
  '#8b949e',
  '#ffa198',
  '#aff5b4',
  '#f2cc60',
  '#a5d6ff',
  '#e2c5ff',
  '#b3f0ff',
  '#f0f6fc',
];

/** @param captured lines with SGR sequences; others are left out. @returns the picture, with this title. */
export function svgOf(captured: string, { columns, rows }: Size, title: string): string {
  const width = Math.ceil(columns * cellWidth + 2 * margin);
  const height = rows * lineHeight + 2 * margin;
  const lines = runsOf(captured).slice(0, rows);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${dark}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${fontSize}" fill="${plain}" shape-rendering="crispEdges">`,
    ...lines.flatMap((runs, index) => drawn(runs, margin + index * lineHeight)),
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

function drawn(runs: readonly Run[], top: number): string[] {
  const boxes = runs.flatMap(({ at, cells, style }) => {
    const { background } = inks(style);
    return background === undefined
      ? []
      : [
          `<rect x="${place(at)}" y="${top}" width="${round(cells * cellWidth)}" height="${lineHeight}" fill="${background}"/>`,
        ];
  });
  const spans = runs.filter(({ text, style }) => style.underline || text.trim() !== '').map(span);
  return spans.length === 0
    ? boxes
    : [
        ...boxes,
        `<text y="${round(top + baseline)}" xml:space="preserve">${spans.join('')}</text>`,
      ];
}

/** Its length is given: another font's letters are not to shift the columns. */
function span({ at, cells, text, style }: Run): string {
  const { color } = inks(style);
  const attributes = [
    `x="${place(at)}" textLength="${round(cells * cellWidth)}"`,
    ...(color === plain ? [] : [`fill="${color}"`]),
    ...(style.bold ? ['font-weight="bold"'] : []),
    ...(style.dim ? ['fill-opacity="0.6"'] : []),
    ...(style.italic ? ['font-style="italic"'] : []),
    ...(style.underline ? ['text-decoration="underline"'] : []),
  ];
  return `<tspan ${attributes.join(' ')}>${escaped(text)}</tspan>`;
}

function inks({ color = plain, background, inverse }: Style) {
  return inverse ? { color: background ?? dark, background: color } : { color, background };
}

function place(at: number): number {
  return round(margin + at * cellWidth);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const esc = String.fromCharCode(27);
const styling = new RegExp(`(${esc}\\[[0-9;:]*m)`);

/** A style goes on over the end of a line, as on a terminal. */
function runsOf(captured: string): Run[][] {
  let style: Style = {};
  return captured.split('\n').map(line => {
    const runs: Run[] = [];
    let at = 0;
    for (const piece of line.split(styling)) {
      if (piece.startsWith(esc)) style = styleAfter(style, piece.slice(2, -1));
      else if (piece !== '') {
        const text = printable(piece, 'unicode');
        const cells = widthOf(text);
        runs.push({ at, cells, text, style });
        at += cells;
      }
    }
    return runs;
  });
}

function styleAfter(before: Style, codes: string): Style {
  const numbers = codes.split(/[;:]/).map(Number);
  let style = before;
  for (let index = 0; index < numbers.length; index++) {
    const code = numbers[index] ?? 0;
    const wide = code === 38 || code === 48 ? wideColor(numbers.slice(index + 1)) : undefined;
    if (wide !== undefined) {
      style = { ...style, [code === 38 ? 'color' : 'background']: wide.color };
      index += wide.length;
    } else style = code === 0 ? {} : { ...style, ...change(code) };
  }
  return style;
}

function change(code: number): Style {
  if (code >= 30 && code <= 37) return { color: basic[code - 30] };
  if (code >= 90 && code <= 97) return { color: bright[code - 90] };
  if (code >= 40 && code <= 47) return { background: basic[code - 40] };
  if (code >= 100 && code <= 107) return { background: bright[code - 100] };
  return switches[code] ?? {};
}

const switches: Readonly<Record<number, Style>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  39: { color: undefined },
  49: { background: undefined },
};

/** One of 256, or red, green and blue. @returns the colour, and how many numbers say it. */
function wideColor([kind, ...rest]: readonly number[]) {
  if (kind === 2) return { color: rgb(rest.slice(0, 3)), length: 4 };
  if (kind !== 5) return undefined;
  const [number = 0] = rest;
  if (number < 16) return { color: (number < 8 ? basic : bright)[number % 8], length: 2 };
  if (number > 231) return { color: rgb(Array(3).fill(8 + (number - 232) * 10)), length: 2 };
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = number - 16;
  const steps = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return { color: rgb(steps.map(level)), length: 2 };
}

function rgb(values: readonly number[]): string {
  return `#${values.map(value => value.toString(16).padStart(2, '0')).join('')}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
