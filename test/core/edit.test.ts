/** Text edits: the requested change, and not a byte else. */
import {
  array,
  assert,
  constantFrom,
  dictionary,
  integer,
  jsonValue,
  property,
  string,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, type Edit, type Json } from '../../source/core/registry/edit.ts';
import { locateJson } from '../../source/core/registry/locate.ts';
import { strayChange } from '../../source/core/registry/stray-change.ts';
import { rounds } from '../helpers/campaign.ts';

const edited = (text: string, ...edits: Edit[]) => {
  const result = applyEdits(text, edits);
  if (!result.ok) throw new Error(result.reason);
  expect(strayChange(text, result.value, edits)).toBeUndefined();
  return result.value;
};

describe('an edit', () => {
  it('keeps the spelling of numbers, NaN, order, spaces and a byte order mark', () => {
    const text =
      '\ufeff{ "a" : 1.0, "big": 12345678901234567890,\n\t"n": NaN, "status":"working" , "e": 1E5 }\n';
    expect(edited(text, { at: ['status'], value: 'terminated' })).toBe(
      text.replace('"working"', '"terminated"'),
    );
  });

  it('adds keys after the others, with their indentation', () => {
    expect(edited('{\n  "a": {\n    "b": 1\n  }\n}', { at: ['a', 'c'], value: 'x' })).toBe(
      '{\n  "a": {\n    "b": 1,\n    "c": "x"\n  }\n}',
    );
    expect(edited('{"a":{"b":1,"d":2}}', { at: ['a', 'c'], value: 2 })).toBe(
      '{"a":{"b":1,"d":2,"c":2}}',
    );
    expect(edited('{"a": 1, "b": 2}', { at: ['c'], value: [1] })).toBe(
      '{"a": 1, "b": 2, "c": [1]}',
    );
    expect(edited('{\n  "agents": {}\n}', { at: ['agents', 'x'], value: { t: 1 } })).toBe(
      '{\n  "agents": {\n    "x": {\n      "t": 1\n    }\n  }\n}',
    );
    expect(edited('{\n  "agents": []\n}', { at: ['agents', 0], value: { t: 1 } })).toBe(
      '{\n  "agents": [\n    {\n      "t": 1\n    }\n  ]\n}',
    );
  });

  it('uses the file’s line endings', () => {
    expect(edited('{\r\n\t"a": {}\r\n}', { at: ['a', 'b'], value: [1] })).toBe(
      '{\r\n\t"a": {\r\n\t\t"b": [\r\n\t\t\t1\r\n\t\t]\r\n\t}\r\n}',
    );
  });

  it('writes ASCII into an ASCII file, and letters into one that has them', () => {
    expect(edited('{"a": "x"}', { at: ['a'], value: 'é😀' })).toBe(
      '{"a": "\\u00e9\\ud83d\\ude00"}',
    );
    expect(edited('{"a": "ü"}', { at: ['a'], value: 'é' })).toBe('{"a": "é"}');
  });

  it('of a duplicate key changes the one that readers use', () => {
    expect(edited('{"a": 1, "a": 2}', { at: ['a'], value: 3 })).toBe('{"a": 1, "a": 3}');
  });

  it('treats __proto__ and constructor as ordinary keys', () => {
    const text = '{"agents": {"__proto__": {"s": 1}, "constructor": {"s": 2}}}';
    expect(edited(text, { at: ['agents', '__proto__', 's'], value: 5 })).toContain('{"s": 5}');
    expect(edited(text, { at: ['agents', 'toString'], value: 5 })).toContain('"toString": 5');
    expect(({} as Record<string, unknown>).s).toBeUndefined();
  });

  it('removes a value with its comma, and keeps the others in place', () => {
    const list = '{\n  "agents": [\n    {"id": 1},\n    {"id": 2},\n    {"id": 3}\n  ]\n}';
    const without = (...gone: number[]) =>
      edited(list, ...gone.map(index => ({ at: ['agents', index], value: undefined })));
    expect(without(1)).toBe(list.replace('\n    {"id": 2},', ''));
    expect(without(2)).toBe(list.replace(',\n    {"id": 3}', ''));
    expect(without(0, 2)).toBe('{\n  "agents": [\n    {"id": 2}\n  ]\n}');
    expect(without(0, 1, 2)).toBe('{\n  "agents": []\n}');
    expect(edited('{"a": 1, "b": NaN}', { at: ['a'], value: undefined })).toBe('{"b": NaN}');
    expect(applyEdits('{"a": 1}', [{ at: ['b'], value: undefined }]).ok).toBe(false);
  });

  it('with an unknown path is refused', () => {
    expect(applyEdits('{"a": 1}', [{ at: ['b', 'c'], value: 1 }])).toEqual({
      ok: false,
      reason: 'cannot add b.c',
    });
    expect(
      applyEdits('{"a": {"b": 1}}', [
        { at: ['a'], value: 1 },
        { at: ['a', 'b'], value: 2 },
      ]).ok,
    ).toBe(false);
  });

  it('of a text that is not JSON is refused', () => {
    for (const text of ['', '{', '{"a": }', '{"a": 1} x', '[1,]', '{"a" 1}', '\0'])
      expect([text, locateJson(text).ok]).toEqual([text, false]);
    expect(locateJson('['.repeat(100_000)).ok).toBe(false);
    expect(locateJson(`"${'x\\"'.repeat(2_000_000)}"`).ok).toBe(true);
  });
});

it('an unrequested change is detected', () => {
  const edits = [{ at: ['a'], value: 2 }];
  expect(strayChange('{"a": 1, "b": 1.0}', '{"a": 2, "b": 1}', edits)).toBe('b');
  expect(strayChange('{"a": 1, "b": 1}', '{"a": 2}', edits)).toBe('the top');
  expect(strayChange('{"a": 1, "b": [1]}', '{"a": 2, "b": [1, 2]}', edits)).toBe('b');
  expect(strayChange('{"a": 1}', '{"a": 2, "c": 3}', edits)).toBe('the top');
  expect(strayChange('{"a": 1}', '{"a": 2,}', edits)).toBe('the text is no longer JSON');
});

it('a value that is removed with another one is detected', () => {
  const edits = [{ at: ['a', 1], value: undefined }];
  expect(strayChange('{"a": [1, 2, 3]}', '{"a": [1, 3]}', edits)).toBeUndefined();
  expect(strayChange('{"a": [1, 2, 3]}', '{"a": [1, 2]}', edits)).toBe('a.2');
  expect(strayChange('{"a": [1, 2, 3]}', '{"a": [1]}', edits)).toBe('a');
});

it('after any removal from a document, the rest reads as before', () => {
  const documents = dictionary(string(), jsonValue(), { minKeys: 1 });
  const layouts = constantFrom(undefined, 2, '\t');
  assert(
    property(documents, layouts, array(integer({ min: 0 })), (document, layout, picks) => {
      const keys = Object.keys(document);
      const gone = new Set(picks.map(pick => keys[pick % keys.length] as string));
      const text = JSON.stringify(document, null, layout);
      const result = edited(text, ...[...gone].map(key => ({ at: [key], value: undefined })));
      const rest = keys.filter(key => !gone.has(key)).map(key => [key, document[key]]);
      expect(JSON.stringify(Object.entries(JSON.parse(result)))).toBe(JSON.stringify(rest));
    }),
    { numRuns: rounds(120, 5000) },
  );
});

it('after any edit of any document, the result parses and only the edit differs', () => {
  const layouts = constantFrom<(value: unknown) => string>(
    value => JSON.stringify(value),
    value => JSON.stringify(value, null, 2),
    value => JSON.stringify(value, null, '\t'),
  );
  const documents = dictionary(string(), dictionary(string(), jsonValue()), { minKeys: 1 });
  assert(
    property(
      documents,
      layouts,
      array(string(), { maxLength: 4 }),
      jsonValue(),
      integer({ min: 0 }),
      (document, layout, keys, value, pick) => {
        const text = layout(document);
        const outer = Object.keys(document)[pick % Object.keys(document).length] as string;
        const edits = [...new Set(keys)].map(key => ({ at: [outer, key], value: value as Json }));
        const result = edited(text, ...edits);
        const expected = new Map(Object.entries(document[outer] as object));
        for (const key of keys) expected.set(key, value);
        const read = new Map(Object.entries(JSON.parse(result)[outer] as object));
        const sorted = (map: Map<string, unknown>) =>
          JSON.stringify([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
        expect(sorted(read)).toBe(sorted(expected));
      },
    ),
    { numRuns: rounds(120, 5000) },
  );
});
