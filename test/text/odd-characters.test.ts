/** Characters that terminals render unexpectedly, one by one. */
import { describe, expect, it } from 'vitest';
import { fitTo, printable, truncate, widthOf } from '../../source/text/printable.ts';

/** Terminals interpret these, or render them as nothing. */
const hidden: readonly (readonly [string, string, string])[] = [
  ['NUL', '\0', '\\x00'],
  ['BEL', '\u0007', '\\x07'],
  ['a backspace', '\b', '\\x08'],
  ['DEL', '\u007f', '\\x7f'],
  ['CSI as one C1 byte', '\u009b', '\\x9b'],
  ['OSC as one C1 byte', '\u009d', '\\x9d'],
  ['NEL', '\u0085', '\\x85'],
  ['a soft hyphen', '\u00ad', '\\xad'],
  ['the Arabic letter mark', '\u061c', '\\u{61c}'],
  ['a zero-width space', '\u200b', '\\u{200b}'],
  ['a zero-width joiner', '\u200d', '\\u{200d}'],
  ['a right-to-left override', '\u202e', '\\u{202e}'],
  ['a first-strong isolate', '\u2068', '\\u{2068}'],
  ['a line separator', '\u2028', '\\u{2028}'],
  ['a word joiner', '\u2060', '\\u{2060}'],
  ['a byte order mark', '\ufeff', '\\u{feff}'],
  ['an interlinear anchor', '\ufff9', '\\u{fff9}'],
  ['a tag letter', '\u{e0041}', '\\u{e0041}'],
  ['a private letter', '\ue000', '\\u{e000}'],
  ['a high surrogate alone', '\ud83d', '\\u{d83d}'],
  ['a low surrogate alone', '\ude00', '\\u{de00}'],
  ['a blank Hangul letter', '\u3164', '\\u{3164}'],
];

describe('a harmful character', () => {
  for (const [title, character, visible] of hidden)
    it(`such as ${title} is shown as ${visible}`, () => {
      expect(printable(`a${character}b`, 'unicode')).toBe(`a${visible}b`);
      expect(printable(`a${character}b`, 'ascii')).toBe(`a${visible}b`);
    });

  it('in a title or hyperlink leaves its words visible and inert', () => {
    expect(printable('\u001b]0;owned\u0007\u001b]8;;http://x\u001b\\y', 'unicode')).toBe(
      '\\e]0;owned\\x07\\e]8;;http://x\\e\\y',
    );
  });
});

describe('a wide or composed character', () => {
  const widths: readonly (readonly [string, number])[] = [
    ['仕事', 4],
    ['ｶﾅ', 2],
    ['Ａ', 2],
    ['e\u0301', 1],
    ['🚀', 2],
    ['한', 2],
    ['', 0],
  ];
  for (const [raw, cells] of widths)
    it(`${JSON.stringify(raw)} takes ${cells} cells`, () => {
      expect(widthOf(printable(raw, 'unicode'))).toBe(cells);
    });

  it('is never cut in two: its cells stay empty', () => {
    expect(fitTo(printable('仕事', 'unicode'), 3, { align: 'left' }, 'unicode')).toBe('仕…');
    expect(fitTo(printable('a仕事', 'unicode'), 3, { align: 'left' }, 'unicode')).toBe('a… ');
    expect(
      fitTo(printable('e\u0301e\u0301e\u0301', 'unicode'), 2, { align: 'left' }, 'unicode'),
    ).toBe('e\u0301…');
  });

  it('may be anywhere in a text longer than the limit', () => {
    const long = printable('仕'.repeat(100_000), 'unicode');
    expect(long.length).toBeLessThan(5000);
    expect(printable(`${'x'.repeat(3999)}🚀${'y'.repeat(100)}`, 'unicode')).not.toMatch(/\p{Cs}/u);
  });
});

it('text is cut to nothing if there is no room', () => {
  for (const width of [0, -1])
    expect(truncate(printable('abc', 'unicode'), width, 'unicode')).toBe('');
  expect(fitTo(printable('abc', 'unicode'), 0, { align: 'left' }, 'unicode')).toBe('');
  expect(truncate(printable('abc', 'unicode'), 1, 'unicode')).toBe('…');
  expect(truncate(printable('', 'unicode'), 5, 'unicode')).toBe('');
});
