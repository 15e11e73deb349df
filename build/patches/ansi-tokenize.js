/** @alcalzone/ansi-tokenize, with which Ink splits lines into cells.
 *
 * What: its segmenter is created when a text beyond ASCII needs it (graphemes.js). Why: creating
 * one takes as long as a whole poll.
 *
 * Upstream: can be offered to AlCalzone/ansi-tokenize as a segmenter created on first use. */
import { importGraphemes } from './rewrite.js';

export const ansiTokenize = {
  '@alcalzone/ansi-tokenize/build/tokenize.js': [
    [
      'const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });',
      `${importGraphemes} const segmenter = graphemes;`,
    ],
  ],
};
