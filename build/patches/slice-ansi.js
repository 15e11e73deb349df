/** slice-ansi, with which Ink cuts lines that are wider than their box.
 *
 * What: its segmenter is made when a text beyond ASCII needs it (graphemes.js). Why: making one takes as long as a whole
 * poll.
 *
 * Upstream: can be offered to chalk/slice-ansi as a segmenter that is made on first use. */
import { importGraphemes } from './rewrite.js';

export const sliceAnsi = {
  'slice-ansi/tokenize-ansi.js': [
    [
      "const GRAPHEME_SEGMENTER = new Intl.Segmenter(undefined, {granularity: 'grapheme'});",
      `${importGraphemes} const GRAPHEME_SEGMENTER = graphemes;`,
    ],
  ],
};
