/** @alcalzone/ansi-tokenize, with which Ink splits lines into cells.
 *
 * What: its segmenter is created when a text beyond ASCII needs it (graphemes.js), and a character is made field by
 * field, with the list of styles that its neighbours have. Why: creating a segmenter takes as long as a whole poll, and
 * a character that is copied from its token takes 350 bytes instead of 60, as V8 gives the copy its own shape.
 *
 * Upstream: both can be offered to AlCalzone/ansi-tokenize. */
import { importGraphemes } from './rewrite.js';

export const ansiTokenize = {
  '@alcalzone/ansi-tokenize/build/styledChars.js': [
    [
      `ret.push({
                ...token,
                styles: [...codes],
            });`,
      "ret.push({ type: 'char', value: token.value, fullWidth: token.fullWidth, styles: codes });",
    ],
  ],
  '@alcalzone/ansi-tokenize/build/tokenize.js': [
    [
      'const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });',
      `${importGraphemes} const segmenter = graphemes;`,
    ],
  ],
};
