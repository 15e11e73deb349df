/** What of the packages is left out, or made to wait, so that vigil starts fast. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const local = path => fileURLToPath(new URL(path, import.meta.url));

/** meow brings a reader of package.json files that takes as long to start as all the rest. vigil
 * gives its own `pkg`, so the reader is not used; it is left out once its start-up is marked pure. */
export const meowWithoutPackageReader = {
  name: 'meow without package reader',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/dependencies\.js$/ }, ({ importer }) =>
      importer.endsWith('meow/build/options.js')
        ? { path: 'no-package-reader', namespace: 'shim' }
        : undefined,
    );
    onLoad({ filter: /^no-package-reader$/, namespace: 'shim' }, () => ({
      contents: 'export const a = () => undefined; export const n = () => {};',
    }));
    onLoad({ filter: /meow\/build\/dependencies\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^(var|const) (\w+) = (require\w+\(\)|getDefaultExportFromCjs\(\w+\));$/gm,
        '$1 $2 = /* @__PURE__ */ $3;',
      ),
    }));
  },
};

/** Replaces text of packages, and says so when a new version no longer has it. */
export const rewrite = {
  name: 'rewrite',
  setup({ onLoad }) {
    for (const [file, changes] of rewrites)
      onLoad({ filter: new RegExp(`/node_modules/${file}$`) }, ({ path }) => {
        let contents = readFileSync(path, 'utf8');
        for (const [from, to] of changes) {
          if (!contents.includes(from)) throw new Error(`${path} has changed: no ${from}`);
          contents = contents.replace(from, () => to);
        }
        return { contents };
      });
  },
};

const graphemes = `import { graphemes } from ${JSON.stringify(local('graphemes.js'))};`;

/** string-width compiles its pattern of all emoji for the first text beyond ASCII, which takes longer
 * than a whole look. A lone UTF-16 unit is an emoji only if it is shown as one; a longer cluster that
 * is one holds a sign that can be one, other than a digit (Unicode Technical Standard 51). */
const stringWidthWaits = [
  ['const segmenter = new Intl.Segmenter();', `${graphemes} const segmenter = graphemes;`],
  [
    String.raw`const rgiEmojiRegex = /^\p{RGI_Emoji}$/v;`,
    String.raw`let r; const mayBe = text => text.length === 1
      ? /\p{Emoji_Presentation}/u.test(text) : /[[\p{Emoji}\u20e3]--[0-9#*]]/v.test(text);
    const rgiEmojiRegex = { test: text => mayBe(text) && (r ??= /^\p{RGI_Emoji}$/v).test(text) };`,
  ],
];

/** Ink measures every line of every frame, and most are as they were. */
const stringWidthKeeps = [
  'export default function stringWidth(input, options = {}) {',
  `const keptWidths = new Map();
  const mostKept = 1000;
  export default function stringWidth(input, options) {
    if (typeof input !== 'string' || options !== undefined) return measured(input, options);
    const kept = keptWidths.get(input);
    if (kept !== undefined) return kept;
    const width = measured(input);
    if (keptWidths.size >= mostKept) keptWidths.clear();
    keptWidths.set(input, width);
    return width;
  }
  function measured(input, options = {}) {`,
];

const tokenizeWaits = [
  [
    'const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });',
    `${graphemes} const segmenter = graphemes;`,
  ],
];
const sliceWaits = [
  [
    "const GRAPHEME_SEGMENTER = new Intl.Segmenter(undefined, {granularity: 'grapheme'});",
    `${graphemes} const GRAPHEME_SEGMENTER = graphemes;`,
  ],
];

/** Ink's optional developer tools are never used, and would keep it from being a script. */
const inkWithoutDevtools = [
  ["await import('./devtools.js');", ''],
  ['await loadPackageJson()', 'undefined'],
];

/** Ink makes each frame from nothing: every character of every line is read anew, though most lines are as
 * they were. Kept from frame to frame, what is the same is only compared: a tenth of the time. */
const inkThatKeeps = [
  [
    'export default class Output {',
    `let keptCaches = new OutputCaches();
    // A line of cells takes ten kilobytes; a screen has some sixty lines.
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
];

const rewrites = [
  ['ink/build/output\\.js', inkThatKeeps],
  ['string-width/index\\.js', [...stringWidthWaits, stringWidthKeeps]],
  ['@alcalzone/ansi-tokenize/build/tokenize\\.js', tokenizeWaits],
  ['slice-ansi/tokenize-ansi\\.js', sliceWaits],
  ['ink/build/reconciler\\.js', inkWithoutDevtools],
];

/** yoga-layout waits at its top level for its WebAssembly, which only an ES module may do. Ink gets
 * an object that screen.js fills before it starts the screen. */
export const yogaThatWaits = {
  name: 'yoga that waits',
  setup({ onResolve }) {
    onResolve({ filter: /^yoga-layout$/ }, () => ({ path: local('yoga.js') }));
  },
};

/** The screen is a file of its own: commands are not to load Ink. */
export const screenApart = {
  name: 'screen apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/app\.tsx$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './screen.js', external: true } : undefined,
    );
  },
};
