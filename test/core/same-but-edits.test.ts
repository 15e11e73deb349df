/** The quick check of an edited text: it accepts what the editor makes, and no other change. */
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
import { expect, it } from 'vitest';
import { applyEdits, type Edit, type Json } from '../../source/core/registry/edit.ts';
import { locateJson } from '../../source/core/registry/locate.ts';
import { isSameButEdits } from '../../source/core/registry/same-but-edits.ts';
import { wantedBy } from '../../source/core/registry/wanted-edits.ts';
import { rounds } from '../helpers/campaign.ts';

function isAccepted(before: string, after: string, edits: readonly Edit[]): boolean {
  const root = locateJson(before);
  if (!root.ok) throw new Error(root.reason);
  return isSameButEdits(before, after, root.value, wantedBy(edits));
}

const set = (...at: (string | number)[]): Edit => ({ at, value: 1 });

it.each<[string, string, readonly Edit[], boolean]>([
  ['{"a": 1, "b": 1.0}', '{"a": 2, "b": 1.0}', [set('a')], true],
  ['{"a": 1, "b": 1.0}', '{"a": [{"c": 2}], "b": 1.0}', [set('a')], true],
  ['{"a": 1, "b": 1.0}', '{"a": 2, "b": 1}', [set('a')], false],
  ['{"a": 1, "b": 1}', '{"a": 2}', [set('a')], false],
  ['{"a": 1}', '{"a": 2,}', [set('a')], false],
  ['{"a": 1}', '{"a": 2} x', [set('a')], false],
  ['{"a": 1}', '{"a": }', [set('a')], false],
  ['{"a": 1}', '{"a": "2}', [set('a')], false],
  ['{"a": 1}', '{"a": "\\x"}', [set('a')], false],
  ['{"a": 1}', '{"a": 1, "b": "\\x"}', [set('b')], false],
  ['{"a": 1}', '{"a": 1, "b": 2}', [set('b')], true],
  ['{"a": 1}', '{"a": 1, "b": 2, "c": 3}', [set('b')], false],
  ['{"a": 1}', '{"a": 1, "c": 3}', [set('b')], false],
  ['{"a": 1}', '{"b": 2, "a": 1}', [set('b')], false],
  ['{"a": {\n}}', '{"a": {\n  "b": 2\n}}', [set('a', 'b')], true],
  ['{"a": {}}', '{"a": {"b": 2}}', [set('a', 'b')], true],
  ['{"a": {}}', '{"a": {"b": 2]}', [set('a', 'b')], false],
  ['{"a": []}', '{"a": [2, 3]}', [set('a', 0), set('a', 1)], true],
  ['{"a": []}', '{"a": [2, 3]}', [set('a', 0)], false],
  ['{"a": [1]}', '{"a": [1, 2]}', [set('a', 1)], true],
  ['{"a": [1]}', '{"a": [2, 2]}', [set('a', 1)], false],
  ['{"a": 1, "a": 2}', '{"a": 1, "a": 3}', [set('a')], true],
  ['{"a": 1 , "b" : {"c" : 3}}', '{"a": 1 , "b" : {"c" : 4}}', [set('b', 'c')], true],
  ['{"a": 1 , "b" : {"c" : 3}}', '{"a": 1, "b" : {"c" : 4}}', [set('b', 'c')], false],
  ['\ufeff{"a": 1}\n', '\ufeff{"a": 2}\n', [set('a')], true],
  ['\ufeff{"a": 1}\n', '{"a": 2}\n', [set('a')], false],
  ['1', '2', [set()], true],
  ['{"a": 1}', `{"a": ${'['.repeat(99)}${']'.repeat(99)}}`, [set('a')], false],
])('%s → %s', (before, after, edits, expected) => {
  expect(isAccepted(before, after, edits)).toBe(expected);
});

it('a removal is not decided here', () => {
  expect(isAccepted('{"a": 1, "b": 2}', '{"b": 2}', [{ at: ['a'], value: undefined }])).toBe(false);
});

/** @returns the document without the values that edits name. */
function without(text: string, outer: string, keys: ReadonlySet<string>): string {
  const entries = Object.entries(JSON.parse(text) as Record<string, Record<string, unknown>>);
  const rest = (key: string, value: Record<string, unknown>) =>
    key === outer ? Object.entries(value).filter(([name]) => !keys.has(name)) : value;
  return JSON.stringify(entries.map(([key, value]) => [key, rest(key, value)]));
}

it('what any edit of any document makes is accepted; with one character more, less or different, only in an edit', () => {
  const layouts = constantFrom(undefined, 2, '\t');
  const documents = dictionary(string(), dictionary(string(), jsonValue()), { minKeys: 1 });
  const faults = array(
    integer({ min: 0 }).chain(place =>
      constantFrom('', ...'{}[],:" 0a').map(sign => ({ place, sign })),
    ),
    { minLength: 20, maxLength: 20 },
  );
  assert(
    property(
      documents,
      layouts,
      array(string(), { minLength: 1, maxLength: 4 }),
      jsonValue(),
      faults,
      (document, layout, names, value, wrong) => {
        const text = JSON.stringify(document, null, layout);
        const [outer] = Object.keys(document) as [string];
        const keys = new Set(names);
        const edits = [...keys].map(key => ({ at: [outer, key], value: value as Json }));
        const after = applyEdits(text, edits);
        if (!after.ok) throw new Error(after.reason);
        expect(isAccepted(text, after.value, edits)).toBe(true);
        for (const { place, sign } of wrong) {
          const at = place % after.value.length;
          const bad = after.value.slice(0, at) + sign + after.value.slice(at + 1);
          if (!isAccepted(text, bad, edits)) continue;
          expect(without(bad, outer, keys)).toBe(without(text, outer, keys));
        }
      },
    ),
    { numRuns: rounds(100, 5000) },
  );
});
