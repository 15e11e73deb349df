/** Ink, which draws the screen.
 *
 * What: cells and lines are cached between frames, so that unchanged ones are only compared; the
 * optional developer tools are removed. Why: Ink rebuilds each frame and parses every character of
 * every line, which takes ten times as long; the developer tools are never used, and their `await`
 * would keep the bundle from being a script.
 *
 * Upstream: the line cache can be offered to vadimdemedes/ink; the developer tools only concern
 * this bundle. */

export const ink = {
  'ink/build/output.js': [
    [
      'export default class Output {',
      `let keptCaches = new OutputCaches();
    // A line of cells takes ten kilobytes; a screen has about sixty lines.
    const mostKept = 200;
    function cachesFor() {
      if (keptCaches.styledChars.size > mostKept) keptCaches = new OutputCaches();
      return keptCaches;
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
    ['    caches = new OutputCaches();', '    caches = cachesFor();'],
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
  'ink/build/reconciler.js': [
    ["await import('./devtools.js');", ''],
    ['await loadPackageJson()', 'undefined'],
  ],
};
