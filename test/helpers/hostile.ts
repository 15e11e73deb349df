/** Strings that would act on a terminal, or confuse a parser of lines and columns. */

const pieces = [
  ...[
    '\u001b[2J',
    '\u001b]0;owned\u0007',
    '\u001b]52;c;AAAA\u001b\\',
    '\u001bP+q\u001b\\',
    '\u001bc',
  ],
  ...['\u001b[?1049l', '\u001b[6n', '\u009b31m', '\u009d0;x\u009c', '\u0090x', '\u0084', '\u0085'],
  ...['\0', '\u0007', '\b\b\b', '\r', '\n', '\r\n', '\t', '\u000b', '\f', '\u000e', '\u007f'],
  ...['\u202e', '\u2066', '\u200b', '\u200f', '\u2028', '\u2029', '\ufeff', '\u00ad', '\u{e0041}'],
  ...[
    '\ud800',
    '\udfff',
    '\u0301'.repeat(9),
    '👩‍👩‍👧',
    '仕事',
    'ｗｉｄｅ',
    '\u3164',
    '٣',
    'é',
    ' ',
  ],
  ...['"', "'", '`', '$(id)', `$\{x}`, '%s%n', '\\', '\\e[2J', '../../x', '#{pid}', '__proto__'],
  ...['agent', 'claude', '-', '--yes', '@orphans', ';', '|', '&', '\u001b', '\u001b[', '\u009b'],
];

/** `count` distinct strings, the same each time. */
export function hostileStrings(count: number): readonly string[] {
  let state = 20_251_029;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, (_, index) => {
    const parts = Array.from({ length: 1 + next(4) }, () => pieces[next(pieces.length)]);
    const control = String.fromCharCode(next(0xa0));
    return `${parts.join('')}${control}${index}`;
  });
}

/** Characters no output may contain except line ends: controls, and characters that change
 * direction or are invisible. */
export const harmful = /[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
