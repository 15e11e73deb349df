/** Where strings and brackets end: with quotes, backslashes and brackets in strings of any length. */
import { array, assert, constantFrom, property } from 'fast-check';
import { expect, it } from 'vitest';
import { endOfBrackets, endOfString, maxDepth } from '../../source/core/registry/json.ts';

const strings = array(constantFrom('a', '"', '\\', '{', ']', 'ü', '\n')).map(parts =>
  parts.join(''),
);

it('a string ends at its closing quote, wherever it is', () => {
  assert(
    property(strings, strings, constantFrom('', '"', ' x', '"\\"'), (before, inside, after) => {
      const spelled = JSON.stringify(inside);
      const start = JSON.stringify(before).length;
      const text = JSON.stringify(before) + spelled + after;
      expect(endOfString(text, start)).toBe(start + spelled.length - 1);
    }),
  );
});

it('a string without an end reaches to the end of the text', () => {
  for (const text of ['"', '"a', '"\\', '"\\"', `"${'a'.repeat(40)}`, `"${'a'.repeat(30)}\\"`])
    expect(endOfString(text, 0)).toBe(text.length);
});

it('brackets end where the first one is closed, whatever is in strings', () => {
  assert(
    property(strings, constantFrom('', ',', '}', ' [['), (inside, after) => {
      const text = JSON.stringify([{ [inside]: [inside, {}] }, inside]);
      expect(endOfBrackets(text + after, 0)).toBe(text.length);
    }),
  );
});

it('brackets that are not closed reach to the end of the text; too many of them have no end', () => {
  expect(endOfBrackets('{"a": [1', 0)).toBe(8);
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  expect(endOfBrackets(deep(maxDepth), 0)).toBe(2 * maxDepth);
  expect(endOfBrackets(deep(maxDepth + 1), 0)).toBe(undefined);
});
