/** The signs beyond ASCII that vigil writes itself, each with what stands for it in ASCII. One table: columns
 * rest on every one of them being one cell wide, and a charset without them on its form. */
export const glyphs: Readonly<Record<string, string>> = {
  '…': '...',
  '–': '-',
  '·': '|',
  '’': "'",
  '→': '->',
  '×': 'x',
  '↑': '^',
  '↓': 'v',
  '├': '|',
  '└': '`',
  '─': '-',
  '│': '|',
  '▲': '^',
  '▼': 'v',
  '●': '*',
  '○': 'o',
  '□': '#',
  '◆': '@',
  '◇': '&',
};

/** All of them, as one text. */
export const allGlyphs = Object.keys(glyphs).join('');
