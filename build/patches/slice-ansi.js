/** slice-ansi, with which Ink truncates lines wider than their box.
 *
 * What: its segmenter is created when a text beyond ASCII needs it (graphemes.js). Why: creating
 * one takes as long as a whole poll.
 *
 * Upstream: can be offered to chalk/slice-ansi as a segmenter created on first use. */
import { importGraphemes } from './rewrite.js';

export const sliceAnsi = {
  'slice-ansi/tokenize-ansi.js': [
    [
      "const GRAPHEME_SEGMENTER = new Intl.Segmenter(undefined, {granularity: 'grapheme'});",
      `${importGraphemes} const GRAPHEME_SEGMENTER = graphemes;`,
    ],
  ],
};
