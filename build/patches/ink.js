/** Ink, which draws the screen.
 *
 * What: cells and lines are kept from frame to frame, so that unchanged ones are only compared; of
 * the texts that were measured and wrapped, only the last few hundred are kept; the optional
 * developer tools are removed. Why: Ink rebuilds each frame and parses every character of every
 * line, which takes ten times as long; it never forgets a text, half a KB for each poll of a screen;
 * the developer tools are never used, and their `await` would keep the bundle from being a script.
 *
 * Upstream: the line cache and the limits can be offered to vadimdemedes/ink; the developer tools only concern
 * this bundle. */

export const ink = {
  'ink/build/output.js': [
    [
      'export default class Output {',
      `let lastLines = new Map();
    // A line of cells takes several kilobytes, and some lines change with every poll: only those of the last frame
    // are kept.
    function cachesForFrame() {
      const caches = new OutputCaches();
      caches.lastLines = lastLines;
      lastLines = caches.styledChars;
      return caches;
    }
    const blank = { type: 'char', value: ' ', fullWidth: false, styles: [] };
    const keptRows = [];
    function stringOf(cells, y) {
      const kept = keptRows[y];
      let isSame = kept !== undefined && kept.cells.length === cells.length;
      for (let x = 0; isSame && x < cells.length; x++) isSame = kept.cells[x] === cells[x];
      if (isSame) return kept.text;
      const text = styledCharsToString(cells.filter(cell => cell !== undefined)).trimEnd();
      keptRows[y] = { cells, text };
      return text;
    }
    export default class Output {`,
    ],
    [
      '            cached = styledCharsFromTokens(tokenize(line));',
      '            cached = this.lastLines.get(line) ?? styledCharsFromTokens(tokenize(line));',
    ],
    ['    caches = new OutputCaches();', '    caches = cachesForFrame();'],
    [
      `row.push({
                    type: 'char',
                    value: ' ',
                    fullWidth: false,
                    styles: [],
                });`,
      'row.push(blank);',
    ],
    [
      'const characterWidth = Math.max(1, this.caches.getStringWidth(character.value));',
      `const isAscii = character.value.length === 1 && character.value < '\\x7f';
                        const characterWidth = isAscii ? 1 : Math.max(1, this.caches.getStringWidth(character.value));`,
    ],
    [
      `            .map(line => {
            // See https://github.com/vadimdemedes/ink/pull/564#issuecomment-1637022742
            const lineWithoutEmptyItems = line.filter(item => item !== undefined);
            return styledCharsToString(lineWithoutEmptyItems).trimEnd();
        })`,
      '.map(stringOf)',
    ],
  ],
  'ink/build/measure-text.js': [
    [
      'cache.set(text, dimensions);',
      'if (cache.size >= 500) cache.clear(); cache.set(text, dimensions);',
    ],
  ],
  'ink/build/wrap-text.js': [
    ['const cache = {};', 'let cache = {}; let kept = 0;'],
    [
      'cache[cacheKey] = wrappedText;',
      'if (++kept > 500) { cache = {}; kept = 1; } cache[cacheKey] = wrappedText;',
    ],
  ],
  'ink/build/reconciler.js': [
    ["await import('./devtools.js');", ''],
    ['await loadPackageJson()', 'undefined'],
  ],
};
