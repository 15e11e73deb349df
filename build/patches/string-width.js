/** string-width, with which Ink and vigil measure text.
 *
 * What: its segmenter and emoji pattern are created on first use, the widths of the last
 * thousand texts are cached, and the characters of a line that vigil has painted are counted. Why: compiling the pattern
 * takes longer than a whole poll, and Ink measures every line of every frame. A single UTF-16 unit is an emoji only if it is presented as
 * one; a longer emoji cluster contains a character that can be one, other than a digit (Unicode
 * Technical Standard 51).
 *
 * Upstream: the lazy pattern changes no result and can be offered to sindresorhus/string-width. */
import { importGraphemes, importPlain } from './rewrite.js';

export const stringWidth = {
  'string-width/index.js': [
    ['const segmenter = new Intl.Segmenter();', `${importGraphemes} const segmenter = graphemes;`],
    [
      String.raw`const rgiEmojiRegex = /^\p{RGI_Emoji}$/v;`,
      String.raw`let r; const mayBe = text => text.length === 1
        ? /\p{Emoji_Presentation}/u.test(text) : /[[\p{Emoji}\u20e3]--[0-9#*]]/v.test(text);
      const rgiEmojiRegex = { test: text => mayBe(text) && (r ??= /^\p{RGI_Emoji}$/v).test(text) };`,
    ],
    [
      'export default function stringWidth(input, options = {}) {',
      `${importPlain} const keptWidths = new Map();
  const mostKept = 1000;
  export default function stringWidth(input, options) {
    if (typeof input !== 'string' || options !== undefined) return measured(input, options);
    const kept = keptWidths.get(input);
    if (kept !== undefined) return kept;
    const width = plainWidth(input) ?? measured(input);
    if (keptWidths.size >= mostKept) keptWidths.clear();
    keptWidths.set(input, width);
    return width;
  }
  function measured(input, options = {}) {`,
    ],
  ],
};
