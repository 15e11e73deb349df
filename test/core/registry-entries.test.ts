/** Foreign registry fields → entries: faults are reported, the rest works. */
import { describe, expect, it } from 'vitest';
import { parseRegistry } from '../../source/core/registry/parse.ts';

function contentOf(value: unknown, scope: 'task' | 'global' = 'task') {
  const reading = parseRegistry(typeof value === 'string' ? value : JSON.stringify(value), scope);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.value;
}
const entryOf = (fields: Record<string, unknown>) => {
  const [entry] = contentOf({ task_id: 'TASK-1', agents: [{ id: 'a-1', ...fields }] }).entries;
  if (entry === undefined) throw new Error('no entry');
  return entry;
};

describe('an entry', () => {
  it('has the orchestrator’s fields under our names', () => {
    expect(
      entryOf({
        type: 'code_auditor',
        tmux_session: 'agent_a-1',
        parent: 'orchestrator',
        depth: 2,
        status: 'working',
        progress: 40,
        started_at: '2025-10-29T23:23:00.553401+00:00',
        last_update: '2025-10-29T23:24:00Z',
      }),
    ).toEqual({
      id: 'a-1',
      type: 'code_auditor',
      task: 'TASK-1',
      session: 'agent_a-1',
      parent: 'orchestrator',
      depth: 2,
      status: 'working',
      progress: 40,
      startedAt: Date.parse('2025-10-29T23:23:00.553Z'),
      lastUpdateAt: Date.parse('2025-10-29T23:24:00Z'),
      tracked: [],
      faults: [],
    });
  });

  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['status', 9, 'status: expected a string, got a number'],
    ['status', ['working'], 'status: expected a string, got a list'],
    ['tmux_session', {}, 'tmux_session: expected a string, got an object'],
    ['depth', '1', 'depth: expected a number, got a string'],
    ['progress', true, 'progress: expected a number, got a boolean'],
    ['parent', 7, 'parent: expected a string, got a number'],
    ['started_at', 1_700_000_000, 'started_at: expected a string, got a number'],
  ];
  for (const [field, value, fault] of wrong)
    it(`reports a ${field} of ${JSON.stringify(value)} as its fault and keeps the rest`, () => {
      const entry = entryOf({ type: 'x', [field]: value });
      expect(entry.faults).toHaveLength(1);
      expect(entry.faults[0]?.text).toContain(fault);
      expect(entry.type).toBe('x');
    });

  it('treats a null field as missing', () => {
    expect(entryOf({ status: null, tmux_session: null, progress: null })).toMatchObject({
      status: undefined,
      session: undefined,
      faults: [],
    });
  });

  it('has no time if its text is no time', () => {
    for (const text of ['', 'now', '2025', '2025-13-45T00:00:00', 'Wed Oct 29 2025'])
      expect(entryOf({ started_at: text }).startedAt).toBeUndefined();
  });

  const noPids = ['', 0, -1, true, '1', 1.5, 1e20, [], null, 1, 2];
  it('tracks full identities only: a bare pid is dropped', () => {
    const tracked_processes = [
      ...noPids.map(pid => ({ pid, start: '5', boot_id: 'boot' })),
      { pid: 77, boot_id: 'boot' },
      { pid: 77, start: '5' },
      { pid: 77, start: 5, boot_id: 'boot' },
      77,
      null,
      { pid: 4121, start: '50', boot_id: 'boot' },
    ];
    expect(entryOf({ tracked_processes }).tracked).toEqual([
      { pid: 4121, start: '50', bootId: 'boot' },
    ]);
    for (const value of ['4121', 4121, { pid: 4121 }, null])
      expect(entryOf({ tracked_processes: value }).tracked).toEqual([]);
  });
});

describe('a registry', () => {
  it('reports malformed entries, and keeps the others', () => {
    const content = contentOf({ agents: [7, null, [], 'x', { id: '' }, { id: 8 }, { id: 'a-1' }] });
    expect(content.entries.map(entry => entry.id)).toEqual(['a-1']);
    expect(content.faults).toHaveLength(6);
    expect(content.faults[0]).toBe('agents[0] skipped: expected an object, got a number');
  });

  it('uses the last of two fields with one name, as Python does', () => {
    const content = contentOf('{"agents": [{"id": "a-1", "status": "x", "status": "working"}]}');
    expect(content.entries[0]?.status).toBe('working');
  });

  it('reads 2^64 and 1e400 without failing', () => {
    const content = contentOf('{"agents": [{"id": "a-1", "depth": 18446744073709551616}]}');
    expect(content.entries[0]?.depth).toBe(2 ** 64);
    const endless = contentOf('{"agents": [{"id": "a-1", "depth": 1e400}]}').entries[0];
    expect(endless?.depth).toBeUndefined();
    expect(endless?.faults).toHaveLength(1);
  });

  it('may have agents named like Object members, in either scope', () => {
    const ids = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
    const index = `{"agents": {${ids.map(id => `"${id}": {"status": "working"}`).join()}}}`;
    expect(contentOf(index, 'global').entries.map(entry => entry.id)).toEqual(ids);
    const list = `{"agents": [${ids.map(id => `{"id": "${id}"}`).join()}]}`;
    expect(contentOf(list).entries.map(entry => entry.id)).toEqual(ids);
    expect(({} as Record<string, unknown>).status).toBeUndefined();
  });

  it('ignores fields of a __proto__ object', () => {
    const content = contentOf('{"agents": [{"id": "a-1", "__proto__": {"status": "completed"}}]}');
    expect(content.entries[0]?.status).toBeUndefined();
  });

  it('without agents, or with an empty list of them, is empty and not broken', () => {
    for (const scope of ['task', 'global'] as const) {
      expect(contentOf({}, scope)).toMatchObject({ entries: [], faults: [] });
      expect(contentOf({ agents: [] }, scope)).toMatchObject({ entries: [], faults: [] });
    }
  });

  it('has the file’s own active count, or none if that is no number', () => {
    expect(contentOf({ active_count: 3 }).countedActive).toBe(3);
    expect(contentOf({ active_agents: 46 }, 'global').countedActive).toBe(46);
    expect(contentOf({ active_count: '3' }).countedActive).toBeUndefined();
  });
});
