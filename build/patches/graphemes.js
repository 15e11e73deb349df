/** Replaces Intl.Segmenter in the packages that draw text: creating one takes as long as a poll,
 * and it is slow. Text of plain letters, escapes and vigil's own glyphs is split without it:
 * there every UTF-16 unit is a grapheme one cell wide. */
const esc = String.fromCharCode(27);
const plain = new RegExp(`^[${esc} -~·×–’…←-↓−─-╿▲▼]*$`);

let segmenter;

export const graphemes = {
  segment(text) {
    if (plain.test(text)) return segmentsOf(text);
    segmenter ??= new Intl.Segmenter();
    return segmenter.segment(text);
  },
};

/** The part of Intl.Segments that is used. */
function segmentsOf(text) {
  const segments = Array.from(text, (segment, index) => ({ segment, index }));
  segments.containing = index => segments[index];
  return segments;
}
