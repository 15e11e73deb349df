/** The only conversion of a machine's string into text for a terminal. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitTo, printable, truncate, widthOf, wrap } from '../../source/text/printable.ts';
import { rounds } from '../helpers/campaign.ts';

const runs = { numRuns: rounds(600, 20_000) };
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        '\u001b',
        '[31m',
        '\u009b',
        '\u0007',
        '\n',
        '\u202e',
        '\u200b',
        '仕',
        '👩‍👩‍👧',
        'é',
        'e\u0301',
        '\ud800',
        'a',
      ),
    )
    .map(parts => parts.join('')),
);
const harmful = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

it('shows controls and invisible characters as visible escapes', () => {
  expect(printable('a\u001b[31mb\n\t\u0007\u009b\u202e\ud800', 'unicode')).toBe(
    'a\\e[31mb\\n\\t\\x07\\x9b\\u{202e}\\u{d800}',
  );
});

it('shows letters that are one grapheme with what follows them as escapes', () => {
  // Prepend in Unicode 17's GraphemeBreakProperty.txt, but for format characters.
  const joining = [
    ...[0xd4e, 0x111c2, 0x111c3, 0x113d1, 0x1193f, 0x11941, 0x11a84, 0x11a85, 0x11a86, 0x11a87],
    ...[0x11a88, 0x11a89, 0x11d46, 0x11f02],
  ];
  for (const code of joining)
    expect(printable(`${String.fromCodePoint(code)} 1`, 'unicode')).toBe(
      `\\u{${code.toString(16)}} 1`,
    );
});

it('leaves letters of every script unchanged', () => {
  expect(printable('naïve 仕事 🚀', 'unicode')).toBe('naïve 仕事 🚀');
  expect(printable('naïve', 'ascii')).toBe('na\\xefve');
});

it('never passes a harmful character, for any input', () => {
  fc.assert(
    fc.property(anyText, raw => {
      expect(printable(raw, 'unicode')).not.toMatch(harmful);
      expect(printable(raw, 'ascii')).toMatch(/^[ -~]*$/);
    }),
    runs,
  );
});

it('fits any text to exactly the given cells', () => {
  fc.assert(
    fc.property(
      anyText,
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom('left' as const, 'right' as const),
      (raw, width, align) => {
        expect(widthOf(fitTo(printable(raw, 'unicode'), width, { align }, 'unicode'))).toBe(width);
      },
    ),
    runs,
  );
});

it('cuts wide characters whole', () => {
  expect(truncate(printable('仕事仕事', 'unicode'), 5, 'unicode')).toBe('仕事…');
  expect(truncate(printable('仕事仕事', 'unicode'), 4, 'unicode')).toBe('仕…');
  expect(truncate(printable('abcdef', 'unicode'), 4, 'ascii')).toBe('abc~');
});

it('wraps at spaces, keeps the indent, and loses no letter', () => {
  expect(wrap(printable('  one two three', 'unicode'), 9)).toEqual(['  one two', '    three']);
  expect(wrap(printable('  /home/dev/app/REGISTRY.json', 'unicode'), 20)).toEqual([
    '  /home/dev/app/',
    '    REGISTRY.json',
  ]);
  const long = `/home/${'directory'.repeat(3)} end`;
  expect(wrap(printable(long, 'unicode'), 20)).toEqual([
    '/home/directorydir',
    '  ectorydirectory',
    '  end',
  ]);
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme-ascii' }),
      fc.integer({ min: 10, max: 30 }),
      (raw, width) => {
        const lines = wrap(printable(raw.trim(), 'unicode'), width);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(raw.replaceAll(' ', ''));
      },
    ),
  );
});
