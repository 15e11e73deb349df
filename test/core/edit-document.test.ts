/** Edits of a registry, and its counters with them. */
import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { expect, it } from 'vitest';
import { wrongCounters } from '../../source/core/registry/counters.ts';
import { editDocument, readDocument } from '../../source/core/registry/document.ts';
import type { Edit } from '../../source/core/registry/edit.ts';

const registry = (statuses: readonly string[], counters: string) =>
  `{\n  "task_id": "T",\n  "agents": [\n${statuses
    .map((status, index) => `    {"id": "a-${index}", "status": "${status}"}`)
    .join(',\n')}\n  ],\n  ${counters}\n}`;

function edited(text: string, ...edits: readonly Edit[]): string {
  const document = readDocument('/w/T/AGENT_REGISTRY.json', 'task', text);
  if (!document.ok) throw new Error(document.reason);
  const result = editDocument(document.value, edits);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

const close = (index: number): Edit => ({ at: ['agents', index, 'status'], value: 'terminated' });
const note = (index: number): Edit => ({ at: ['agents', index, 'note'], value: 'n' });

it('counters follow the edits, wherever they are', () => {
  const counters = '"active_count": 2.0, "completed_count": 7';
  expect(edited(registry(['working', 'working'], counters), close(0))).toBe(
    registry(['terminated', 'working'], '"active_count": 1, "completed_count": 0'),
  );
  const before = '{"active_count":2,"agents":[{"id":"a","status":"working"}]}';
  expect(edited(before, { at: ['agents', 0, 'status'], value: 'completed' })).toBe(
    '{"active_count":0,"agents":[{"id":"a","status":"completed"}]}',
  );
});

it('counters follow what is added and removed', () => {
  const before = '{"agents": [{"id": "a"}, {"id": "b"}], "active_count": 2}';
  const added = { at: ['agents', 2], value: { id: 'c' } };
  expect(edited(before, added)).toBe(
    '{"agents": [{"id": "a"}, {"id": "b"}, {"id":"c"}], "active_count": 3}',
  );
  expect(edited(before, { at: ['agents', 1], value: undefined })).toBe(
    '{"agents": [{"id": "a"}], "active_count": 1}',
  );
  expect(edited(before, added, { at: ['note'], value: 'n' })).toBe(
    '{"agents": [{"id": "a"}, {"id": "b"}, {"id":"c"}], "active_count": 3, "note": "n"}',
  );
});

it('a counter that an edit sets, adds or removes is that of the entries', () => {
  const before = '{"agents": [{"id": "a"}], "active_count": 1}';
  expect(edited(before, { at: ['active_count'], value: 5 })).toBe(before);
  const without = '{"agents": [{"id": "a"}]}';
  expect(edited(without, { at: ['active_count'], value: 5 })).toBe(before);
  expect(edited(before, { at: ['active_count'], value: undefined })).toBe(without);
});

it('without an edit only wrong counters change', () => {
  const right = registry(['working'], '"active_count": 1');
  expect(edited(right)).toBe(right);
  expect(edited(registry(['working'], '"active_count": 9'))).toBe(right);
});

it('a change of thousands of entries keeps everything else', () => {
  const statuses = Array.from({ length: 2000 }, () => 'working');
  const before = registry(statuses, '"active_count": 2000,\n  "big": 12345678901234567890');
  const edits = statuses.flatMap((_, index) => [close(index), note(index)]);
  const after = edited(before, ...edits);
  const restored = after
    .replaceAll('terminated', 'working')
    .replaceAll(', "note": "n"', '')
    .replace('"active_count": 0', '"active_count": 2000');
  expect(restored).toBe(before);
  expect(JSON.parse(after).agents.every((each: { note: string }) => each.note === 'n')).toBe(true);
});

it('any fields of any entries: the values are set, the counters are right, and nothing else differs', () => {
  const statuses = constantFrom('working', 'terminated', 'completed', 'failed', undefined, 7, null);
  const fields = constantFrom('status', 'note', 'id', 'progress');
  const values = constantFrom('working', 'completed', 'x', 3, null, ['y']);
  assert(
    property(
      constantFrom('task', 'global'),
      array(statuses, { minLength: 1, maxLength: 5 }),
      array(record({ place: nat(), field: fields, value: values }), { minLength: 1, maxLength: 4 }),
      constantFrom(undefined, 2),
      constantFrom('', '"not an agent"'),
      (scope, recorded, changes, layout, odd) => {
        const ids = recorded.map((_, index) => `a-${index}`);
        const entries = recorded.map((status, index) => ({ id: ids[index], status }));
        const named = Object.fromEntries(entries.map(entry => [entry.id, entry]));
        const counters =
          scope === 'task' ? { active_count: 9, completed_count: 1 } : { active_agents: 9 };
        const all = { ...counters, agents: scope === 'task' ? entries : named, rest: 1.5 };
        const closing = scope === 'task' ? ']' : '}';
        const more = scope === 'task' ? `, ${odd}` : `, "odd": ${odd}`;
        const plain = JSON.stringify(all, null, layout);
        const end = plain.lastIndexOf(closing, plain.lastIndexOf('"rest"'));
        const text = odd === '' ? plain : plain.slice(0, end) + more + plain.slice(end);
        const edits = [
          ...new Map(
            changes.map(({ place, field, value }) => {
              const index = place % recorded.length;
              const key = scope === 'task' ? index : (ids[index] as string);
              return [`${index} ${field}`, { at: ['agents', key, field], value } as Edit];
            }),
          ).values(),
        ];
        const before = readDocument('/w/T/AGENT_REGISTRY.json', scope, text);
        if (!before.ok) throw new Error(before.reason);
        const result = editDocument(before.value, edits);
        if (!result.ok) throw new Error(result.reason);
        const after = readDocument('/w/T/AGENT_REGISTRY.json', scope, result.value);
        if (!after.ok) throw new Error(after.reason);
        expect(wrongCounters(after.value.content, scope)).toEqual([]);
        const expected = JSON.parse(text);
        for (const { at, value } of edits) expected.agents[at[1] ?? ''][at[2] ?? ''] = value;
        for (const name of Object.keys(counters))
          expected[name] = (after.value.json as Record<string, unknown>)[name];
        expect(after.value.json).toEqual(expected);
      },
    ),
  );
});

it('an entry that only Python can read is left alone, and is not edited', () => {
  const text =
    '{"agents": [{"id": "a-0", "load": -NaN}, {"id": "a-1", "status": "working"}], "active_count": 2}';
  expect(edited(text, close(1))).toBe(
    text.replace('"working"', '"terminated"').replace('_count": 2', '_count": 1'),
  );
  expect(() => edited(text, close(0))).toThrow('not valid JSON at character');
});
