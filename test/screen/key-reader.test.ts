/** Bytes → keys, in any chunks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Key, readKeys } from '../../source/screen/input/key-reader.ts';

const nameOf = (key: Key) => (key.kind === 'key' ? key.name : key.kind);
const names = (input: string) => readKeys(input, true).keys.map(nameOf);

describe('a sequence', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['j', ['j']],
    ['\r', ['enter']],
    ['\t', ['tab']],
    ['\u007f', ['backspace']],
    ['\b', ['backspace']],
    ['\u007f\u007f\u007f', ['backspace', 'backspace', 'backspace']],
    ['\u0003', ['ctrl+c']],
    ['\u001b', ['escape']],
    ['\u001b[A', ['up']],
    ['\u001bOB', ['down']],
    ['\u001b[1;5A', ['ctrl+up']],
    ['\u001b[5~', ['pageup']],
    ['\u001b[6~', ['pagedown']],
    ['\u001b[H', ['home']],
    ['\u001b[4~', ['end']],
    ['\u001b[Z', ['shift+tab']],
    ['\u001bOP', ['f1']],
    ['\u001b[11~', ['f1']],
    ['\u001b[[A', ['f1']],
    ['\u001b[1;5P', ['ctrl+f1']],
    ['\u001b[15~', ['f5']],
    ['\u001b[20~', ['f9']],
    ['\u001b[21~', ['f10']],
    ['\u001b\u001b', ['escape', 'escape']],
    ['\u001bx', ['escape', 'x']],
    ['é仕', ['é', '仕']],
    ['\u001b[200~q\u001b[31mx\u001b[201~j', ['paste', 'j']],
    ['\u001b[<0;10;10Mj', ['mouse', 'j']],
    ['\u001b[M !!j', ['j']],
    ['\u001b[<0;10Mj', ['j']],
    ['\u001b[<0;0;10Mj', ['j']],
    ['\u001b[<0;10;-1Mj', ['j']],
    ['\u001b[<0;10;999999Mj', ['j']],
    ['\u001b[<;;Mj', ['j']],
    ['\u001b[<0;10;10;10Mj', ['j']],
    ['\u001b[0;10;10Mj', ['j']],
    ['\u001bP>|xterm(370)\u001b\\j', ['j']],
    ['\u001b]11;rgb:ffff/0000/1111\u0007j', ['j']],
    ['\u001b]10;rgb:ffff/0000/1111\u001b\\j', ['j']],
    ['\u001bP>|xterm(370', []],
    ['\u001bP', ['escape', 'P']],
    ['\u001b[?62;22cj', ['j']],
    ['\u001b[99;99;99~j', ['j']],
  ];
  for (const [input, expected] of cases)
    it(`${JSON.stringify(input)} is ${expected.join(' ')}`, () =>
      expect(names(input)).toEqual(expected));
});

it('a mouse report has its button, its position, and whether it is a press', () => {
  const keys = readKeys('\u001b[<0;1;3M\u001b[<0;1;3m\u001b[<65;120;40M', true).keys;
  expect(keys).toEqual([
    { kind: 'mouse', button: 0, isPress: true, x: 0, y: 2 },
    { kind: 'mouse', button: 0, isPress: false, x: 0, y: 2 },
    { kind: 'mouse', button: 65, isPress: true, x: 119, y: 39 },
  ]);
});

it('a sequence in two chunks is one key', () => {
  const first = readKeys('\u001b[', false);
  expect(first).toEqual({ keys: [], rest: '\u001b[' });
  expect(readKeys(`${first.rest}A`, false).keys.map(nameOf)).toEqual(['up']);
});

it('a paste in many chunks is one paste and leaks nothing, however long', () => {
  let rest = '';
  const keys: Key[] = [];
  for (const chunk of ['\u001b[200~', 'q'.repeat(100_000), 'q\u001b[2', '01~', 'j']) {
    const reading = readKeys(rest + chunk, false);
    keys.push(...reading.keys);
    rest = reading.rest;
    expect(rest.length).toBeLessThan(100);
  }
  expect(keys.map(nameOf)).toEqual(['paste', 'j']);
});

it('any bytes in any chunks neither throw nor grow', () => {
  const bytes = fc.array(
    fc.constantFrom(
      '\u001b',
      '[',
      'O',
      '1',
      ';',
      '~',
      'A',
      'M',
      'P',
      ']',
      '<0;1;2M',
      'x',
      '\u0000',
      '\u007f',
      '\u001b[200~',
      '\u001b[201~',
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 5 }), chunks => {
      let rest = '';
      for (const chunk of chunks) rest = readKeys(rest + chunk.join(''), false).rest;
      expect(readKeys(rest, true).rest.length).toBeLessThan(200);
      for (const key of readKeys(chunks.flat().join(''), true).keys)
        if (key.kind === 'key' && key.text !== undefined) expect(key.text).not.toMatch(/\p{Cc}/u);
    }),
    { numRuns: 1000 },
  );
});
