/** Replaces Intl.Segmenter in the packages that draw text: creating one takes as long as a poll,
 * and it is slow. Text of plain letters, escapes and vigil's own glyphs is split without it:
 * there every UTF-16 unit is a grapheme one cell wide. */
const esc = String.fromCharCode(27);
const glyph = ' -~·×–’…←-↓−─-╿▁-█■-□▲▼►◆-◇○●';
const plain = new RegExp(`^[${esc}${glyph}]*$`);
const code = `${esc}\\[\\d{1,3}m`;
const codes = new RegExp(code, 'g');
const separateCodes = new RegExp(`(${code})`);
/** Text as vigil paints it: plain, with codes that set or end one style each. */
const painted = new RegExp(`^(?:[${glyph}]|${code})*$`);

/** @param {string} text @returns {number | undefined} its cells, if that is certain. */
export function plainWidth(text) {
  return painted.test(text) ? text.replace(codes, '').length : undefined;
}

/** @param {string} text @returns {string[] | undefined} texts and the codes between them, in turn. */
export function plainPieces(text) {
  return painted.test(text) ? text.split(separateCodes) : undefined;
}

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
