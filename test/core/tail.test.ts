/** Registries with something after their JSON document. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { documentBefore } from '../../source/core/registry/tail.ts';

it('a document with the rest of a longer one after it is found', () => {
  const short = JSON.stringify({ agents: [{ id: 'a}"]-1' }], text: '\\"{[' }, null, 2);
  for (const rest of ['}', '"status": "working"\n}', '\n]}\u0000', ' garbage', short])
    expect([rest, documentBefore(short + rest)]).toEqual([rest, short.length]);
});

it('what is whole, incomplete or no document is left alone', () => {
  for (const text of [
    '',
    '   ',
    '{}',
    '{"a": 1',
    '[1] 2',
    '{"a": 1]}',
    'x {}',
    '{"a": tru}{}',
    '{} ',
  ])
    expect([text, documentBefore(text)]).toEqual([text, undefined]);
});

it('any object is found again before any text', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (object, rest) => {
      const text = JSON.stringify(object);
      const found = documentBefore(text + rest);
      expect(found).toBe(rest.trim() === '' ? undefined : text.length);
    }),
  );
});
