/** `npm run picture`: draws docs/screen.svg from a run of the demo in a tmux of its own, while two agents are being ended. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [columns, rows] = [100, 30];
const [cell, line, margin] = [8.4, 18, 14];
const [background, foreground] = ['#0d1117', '#c9d1d9'];
const hues = [
  '#484f58',
  '#ff7b72',
  '#7ee787',
  '#e3b341',
  '#79c0ff',
  '#d2a8ff',
  '#56d4dd',
  '#c9d1d9',
];

const root = fileURLToPath(new URL('..', import.meta.url));
const socket = `vigil-picture-${process.pid}`;
const tmux = (...args) =>
  execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

/** The text of the screen with its escapes, once it shows this. */
async function screenWith(pattern) {
  for (let tries = 0; tries < 600; tries++) {
    const screen = tmux('capture-pane', '-e', '-N', '-p', '-t', '=demo:');
    if (pattern.test(screen)) return screen;
    await pause(50);
  }
  throw new Error(`the screen never showed ${pattern}`);
}

/** @param screen text with escapes for colours and styles. @returns an SVG document. */
function svgOf(screen) {
  const width = 2 * margin + columns * cell;
  const lines = screen.trimEnd().split('\n');
  const height = 2 * margin + lines.length * line;
  const rects = [];
  const texts = lines.map((text, row) => {
    const spans = spansOf(text).map(({ x, words, style }) => {
      const [left, length] = [margin + x * cell, [...words].length * cell];
      const size = `x="${round(left)}" textLength="${round(length)}"`;
      const color = style.color ?? foreground;
      if (style.inverse)
        rects.push(
          `<rect x="${round(left)}" y="${margin + row * line}" width="${round(length)}" height="${line}" fill="${color}"/>`,
        );
      const fill = style.inverse ? background : color;
      const weight = style.bold ? ' font-weight="bold"' : '';
      const dim = style.dim ? ' fill-opacity="0.6"' : '';
      return `<tspan ${size} fill="${fill}"${weight}${dim}>${escaped(words)}</tspan>`;
    });
    return `<text y="${margin + row * line + 13.5}" xml:space="preserve">${spans.join('')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>vigil --demo: two agents are being ended</title>
<rect width="${width}" height="${height}" rx="8" fill="${background}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" shape-rendering="crispEdges">
${[...rects, ...texts].join('\n')}
</g>
</svg>
`;
}

/** Pieces of one style, with the cell where each begins; blanks that have no style are left out. */
function spansOf(text) {
  const spans = [];
  let [x, style] = [0, {}];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what it reads
  for (const [, codes, words] of text.matchAll(/(?:\u001b\[([\d;]*)m)|([^\u001b]+)/g)) {
    if (words === undefined) style = styleAfter(style, codes.split(';').map(Number));
    else {
      if (words.trim() !== '' || style.inverse) spans.push({ x, words, style });
      x += [...words].length;
    }
  }
  return spans;
}

const changes = {
  1: { bold: true },
  2: { dim: true },
  7: { inverse: true },
  22: { bold: false, dim: false },
  27: { inverse: false },
  39: { color: undefined },
};

function styleAfter(before, codes) {
  let style = before;
  for (const code of codes) {
    const isColor = (code >= 30 && code <= 37) || (code >= 90 && code <= 97);
    const change = isColor ? { color: hues[code % 10] } : (changes[code] ?? {});
    style = code === 0 ? {} : { ...style, ...change };
  }
  return style;
}

function escaped(words) {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function round(number) {
  return Math.round(number * 10) / 10;
}

try {
  const command = `env -u TMUX COLORTERM= TERM=screen-256color node dist/cli.js --demo`;
  tmux(
    'new-session',
    '-d',
    '-s',
    'demo',
    '-x',
    String(columns),
    '-y',
    String(rows),
    '-c',
    root,
    command,
  );
  await screenWith(/interactive/);
  // Two that do not exit at once, wherever their rows are.
  for (const name of ['file_lock', 'link_checker'])
    tmux('send-keys', '-t', '=demo:', '/', ...name, 'Enter', 'Space', 'Escape');
  tmux('send-keys', '-t', '=demo:', 'x');
  await screenWith(/y: SIGTERM/);
  tmux('send-keys', '-t', '=demo:', 'y');
  writeFileSync(`${root}docs/screen.svg`, svgOf(await screenWith(/terminating 2\/3/)));
} finally {
  tmux('kill-server');
}
