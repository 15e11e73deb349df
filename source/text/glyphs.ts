/** All characters beyond ASCII that vigil prints itself, each with its ASCII form. One table: columns rely on
 * every glyph being one cell wide, and the ascii charset on its replacement. */
export const glyphs: Readonly<Record<string, string>> = {
  '…': '...',
  '–': '-',
  '·': '|',
  '’': "'",
  '→': '->',
  '←': '<-',
  '×': 'x',
  '↑': '^',
  '↓': 'v',
  '├': '|',
  '└': '`',
  '─': '-',
  '│': '|',
  '▲': '^',
  '▼': 'v',
  '►': '+',
  '●': '*',
  '○': 'o',
  '□': '#',
  '◆': '@',
  '◇': '&',
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': '=',
  '▅': '+',
  '▆': '*',
  '▇': '%',
  '█': '#',
};

/** All glyphs, as one string. */
export const allGlyphs = Object.keys(glyphs).join('');
