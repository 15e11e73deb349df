/** Ink, which draws the screen.
 *
 * What: a line that no other text overlaps is written as it is, once its styles are in order, without a cell for each
 * of its characters, and a line that vigil has painted is taken apart where its styles change; lines are kept from frame to frame; of the texts that were measured and wrapped, only the last
 * few are kept; a text whose only escape sequences are styles is not taken apart to remove others; the optional developer tools are removed. Why: Ink rebuilds each frame cell by cell and parses every
 * character of every line, which takes ten times as long; it never forgets a text, half a KB for each poll of a screen;
 * the developer tools are never used, and their `await` would keep the bundle from being a script.
 *
 * Upstream: the lines and the limits can be offered to vadimdemedes/ink; the developer tools only concern
 * this bundle. */

import { importPlain } from './rewrite.js';

export const ink = {
  'ink/build/output.js': [
    [
      'export default class Output {',
      `${importPlain} let lastLines = new Map();
    // Only the lines of the last frame are kept.
    function cachesForFrame() {
      const caches = new OutputCaches();
      caches.lastLines = lastLines;
      lastLines = caches.lines = new Map();
      return caches;
    }
    // The line with its styles in order, its width in cells, and the styles at its ends.
    function lineOf(line, caches) {
      const kept = caches.lines.get(line) ?? caches.lastLines.get(line) ?? readLine(line, caches);
      caches.lines.set(line, kept);
      return kept;
    }
    const codes = new Map();
    // A run of characters of one style is one token.
    function tokensOf(line) {
      const pieces = plainPieces(line);
      if (pieces === undefined) return tokenize(line);
      const tokens = [];
      for (let [index, piece] of pieces.entries()) {
        if (index % 2 === 1) {
          if (!codes.has(piece)) codes.set(piece, tokenize(piece)[0]);
          tokens.push(codes.get(piece));
        } else if (piece !== '') tokens.push({ type: 'char', value: piece, fullWidth: false });
      }
      return tokens;
    }
    function readLine(line, caches) {
      const cells = styledCharsFromTokens(tokensOf(line));
      let width = 0;
      for (const { value } of cells)
        width += value.length === 1 && value < '\\x7f' ? 1 : Math.max(1, caches.getStringWidth(value));
      const [first, last] = [cells[0]?.styles ?? [], cells.at(-1)?.styles ?? []];
      return { text: styledCharsToString(cells), width, first, last };
    }
    // undefined if something is clipped or overlaps, or if neighbours share a style: such a frame goes cell by cell.
    function wholeLines({ operations, height, caches }) {
      const rows = Array.from({ length: height }, () => ({ text: '', width: 0, last: [] }));
      for (const { type, x, y, text, transformers } of operations) {
        if (type !== 'write') return undefined;
        for (let [index, line] of text.split('\\n').entries()) {
          const row = rows[y + index];
          if (row === undefined) continue;
          for (const transformer of transformers) line = transformer(line, index);
          const { text: written, width, first, last } = lineOf(line, caches);
          if (width === 0) continue;
          if (x < row.width) return undefined;
          const ends = x === row.width ? row.last.map(each => each.endCode) : [];
          if (first.some(each => ends.includes(each.endCode))) return undefined;
          row.text += ' '.repeat(x - row.width) + written;
          row.width = x + width;
          row.last = last;
        }
      }
      return rows.map(row => row.text.trimEnd());
    }
    export default class Output {`,
    ],
    ['    caches = new OutputCaches();', '    caches = cachesForFrame();'],
    [
      '        // Initialize output array with',
      `        const lines = wholeLines(this);
        if (lines !== undefined) return { output: lines.join('\\n'), height: lines.length };
        // Initialize output array with`,
    ],
  ],
  'ink/build/sanitize-ansi.js': [
    [
      'const sanitizeAnsi = (text) => {',
      `const odd = /\\x1b(?!\\[[\\d:;]*m)|[\\x80-\\x9f]/;
    const sanitizeAnsi = (text) => {
        if (!odd.test(text)) return text;`,
    ],
  ],
  'ink/build/measure-text.js': [
    [
      'cache.set(text, dimensions);',
      'if (cache.size >= 20) cache.clear(); cache.set(text, dimensions);',
    ],
  ],
  'ink/build/wrap-text.js': [
    ['const cache = {};', 'let cache = {}; let kept = 0;'],
    [
      'cache[cacheKey] = wrappedText;',
      'if (++kept > 20) { cache = {}; kept = 1; } cache[cacheKey] = wrappedText;',
    ],
  ],
  'ink/build/reconciler.js': [
    ["await import('./devtools.js');", ''],
    ['await loadPackageJson()', 'undefined'],
  ],
};
