/** The plain command lines that vigil splits itself are split as meow splits them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitWords } from '../../source/cli/arguments/meow-words.ts';
import { optionSpecs } from '../../source/cli/arguments/option-table.ts';
import { splitPlainWords } from '../../source/cli/arguments/plain-words.ts';
import { rounds } from '../helpers/campaign.ts';

const options = optionSpecs.map(({ name }) => `--${name}`);
/** Words with which parsers of command lines have surprises. */
const odd = [
  ...[
    '-',
    '--',
    '-1',
    '0x10',
    '1e3',
    '007',
    '.5',
    '518',
    'true',
    'false',
    'undefined',
    '__proto__',
  ],
  ...[
    'a=b',
    '--json=true',
    '--json=false',
    '--no-json',
    '--noJson',
    '--sort=',
    '--sort=x=y',
    '---x',
  ],
  ...[
    '"quoted"',
    "'quoted'",
    'agent:a b',
    '@orphans',
    'session:x',
    'pid:7',
    '🙂',
    'a\nb',
    '',
    ' x',
    '-x',
  ],
  ...[
    '--socketName',
    '--socket-name=a',
    '--constructor',
    '--jsonx',
    'key.part',
    '--view.x',
    'x,y',
    '1,2',
  ],
];
const word = fc.oneof(
  fc.constantFrom(...options),
  fc.constantFrom(...odd),
  fc.constantFrom('list', 'kill', 'top', 'a-1', 'mem>500M'),
  fc.string({ maxLength: 6 }),
  fc.string({ maxLength: 4, unit: 'binary' }),
);

/** What parseArguments makes use of: options that have a value, in any order. */
function given(flags: Readonly<Record<string, unknown>>) {
  return Object.entries(flags)
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

it('a line that is split without meow is split as by meow', () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), argv => {
      const own = splitPlainWords(argv);
      if (own === undefined) return;
      plain++;
      const { ok, ...theirs } = splitWords(argv);
      if (!ok || !own.ok || !('value' in theirs)) throw new Error(`only one accepts ${argv}`);
      expect(own.value.input.map(String)).toEqual(theirs.value.input.map(String));
      expect(given(own.value.flags)).toEqual(given(theirs.value.flags));
    }),
    { numRuns: rounds(1000, 20_000) },
  );
  expect(plain).toBeGreaterThan(100);
});

it.each([
  [['list', '--json'], ['list'], { json: true }],
  [
    ['list', '--json', '--filter', 'class:orphan mem>5M'],
    ['list'],
    { json: true, filter: 'class:orphan mem>5M' },
  ],
  [
    ['--workspace', '/a', '--workspace', 'b', '--socket-name', 'c'],
    [],
    { workspace: ['/a', 'b'], socketName: ['c'] },
  ],
  [['kill', 'a-1', '--retry-delays', '0.5,1'], ['kill', 'a-1'], { retryDelays: '0.5,1' }],
])('%j is plain', (argv, input, flags) => {
  expect(splitPlainWords(argv)).toEqual({ ok: true, value: { input, flags } });
});

it('numbers, signs, quotes, unknown options and what is given twice are left to meow', () => {
  for (const argv of [
    ['kill', '518'],
    ['--no-color'],
    ['--sort=cpu'],
    ['--sort', 'a', '--sort', 'b'],
    ['--filter', '"x"'],
    ['--jsn'],
    ['--filter'],
    ['-x'],
  ])
    expect([argv, splitPlainWords(argv)]).toEqual([argv, undefined]);
});
