/** Order, filter and tree of rows. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalsOf } from '../../source/core/inventory/totals.ts';
import { type Row, rowClasses, type Snapshot } from '../../source/core/model/model.ts';
import {
  modelOf,
  selectRows,
  sortColumns,
  statusOf,
  type View,
} from '../../source/core/rows/describe.ts';
import { columnWith } from '../../source/text/cells.ts';
import { because } from '../fixtures/evidence.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { rowProcess } from '../fixtures/snapshot.ts';
import { rounds } from '../helpers/campaign.ts';
import { cpuMs } from '../helpers/cpu.ts';
import { inventory, judge, now } from '../helpers/inventory.ts';

const empty = judge(inventory({})).snapshot;
const snapshotOf = (rows: readonly Row[]): Snapshot => ({
  ...empty,
  rows,
  totals: totalsOf(rows, []),
});

function row(id: string, more: Partial<Row> = {}): Row {
  return {
    class: 'live',
    key: `agent:${id}`,
    agentId: id,
    processes: [],
    cpuPercent: 0,
    rssBytes: 0,
    evidence: [because('made up')],
    ...more,
  };
}
const stopped = (state: string) => [rowProcess(1, ['claude'], { state, role: 'agent' })];
const shown = (rows: readonly Row[], view: Partial<View>) =>
  selectRows(snapshotOf(rows), { ...defaultView, ...view });
const idsOf = (rows: readonly Row[], view: Partial<View>) =>
  shown(rows, view).map(placed => placed.row.agentId);

const anyRow = fc
  .record({
    class: fc.constantFrom(...rowClasses),
    task: fc.constantFrom(undefined, 'TASK-1', 'TASK-2'),
    parent: fc.constantFrom(undefined, '0', '1', '2', '3', 'toString'),
    status: fc.constantFrom(undefined, 'working', 'blocked'),
    cpuPercent: fc.constantFrom(0, 1, 50),
    rssBytes: fc.constantFrom(0, 1000),
    startedAt: fc.constantFrom(undefined, now - 1000, now),
    lastActivityAt: fc.constantFrom(undefined, now - 1000, now),
    cwd: fc.constantFrom(undefined, '/home/dev/app', '/srv/app'),
    processes: fc.constantFrom([], [rowProcess(7, ['claude'])], [rowProcess(8, ['codex'])]),
  })
  .map(fields => (at: number) => row(String(at), fields));
const manyRows = fc.array(anyRow, { maxLength: 12 }).map(list => list.map((make, at) => make(at)));
const anyView = fc.record({
  sort: fc.constantFrom(...sortColumns),
  reverse: fc.boolean(),
  tree: fc.boolean(),
});

describe('the order', () => {
  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(manyRows, anyView, (rows, view) => {
        expect(idsOf([...rows].reverse(), view)).toEqual(idsOf(rows, view));
      }),
      { numRuns: rounds(200, 5000) },
    );
  });

  it('has every matching row once, also in a tree with cyclic parents', () => {
    fc.assert(
      fc.property(manyRows, anyView, (rows, view) => {
        const wanted = rows.filter(each => each.class !== 'ended').map(each => each.agentId);
        expect(idsOf(rows, view).sort()).toEqual(wanted.sort());
      }),
      { numRuns: rounds(200, 5000) },
    );
  });

  it('does not modify the snapshot', () => {
    const rows = Object.freeze([row('b'), row('a')]);
    expect(idsOf(rows, { sort: 'agent' })).toEqual(['a', 'b']);
    expect(rows.map(each => each.agentId)).toEqual(['b', 'a']);
  });

  it('has blank cells last, in both directions', () => {
    const cellsOf = (rows: readonly Row[], view: Partial<View> & Pick<View, 'sort'>) =>
      shown(rows, view).map(each => columnWith(view.sort).words(each, now));
    fc.assert(
      fc.property(manyRows, anyView, (rows, view) => {
        const cells = cellsOf(rows, { ...view, tree: false });
        const firstBlank = cells.indexOf(undefined);
        const after = firstBlank < 0 ? [] : cells.slice(firstBlank);
        expect(after.filter(cell => cell !== undefined)).toEqual([]);
      }),
      { numRuns: rounds(200, 5000) },
    );
    const rows = [row('ghost'), row('a', { processes: stopped('S') })];
    for (const sort of ['pid', 'cpu', 'mem', 'up'] as const)
      for (const reverse of [false, true])
        expect(idsOf(rows, { sort, reverse })).toEqual(['a', 'ghost']);
  });

  it('is by class as docs/usage.md lists them, then by CPU from the busiest', () => {
    const rows = [
      row('c', { class: 'orphan' }),
      row('a', { cpuPercent: 1, processes: stopped('S') }),
      row('b', { cpuPercent: 9, processes: stopped('S') }),
      row('d', { class: 'undead' }),
    ];
    expect(idsOf(rows, {})).toEqual(['b', 'a', 'd', 'c']);
    expect(idsOf(rows, { sort: 'cpu' })).toEqual(['b', 'a', 'd', 'c']);
  });

  it('is by name where the CPU shown is the same', () => {
    const processes = stopped('S');
    const rows = [
      row('b', { cpuPercent: 0.04, processes }),
      row('a', { cpuPercent: 0, processes }),
      row('c', { cpuPercent: 0.1, processes }),
    ];
    expect(idsOf(rows, {})).toEqual(['c', 'a', 'b']);
  });

  it('by memory, time and name follows these words', () => {
    const processes = stopped('S');
    const rows = [
      row('b', { processes, rssBytes: 1, startedAt: now - 1000, lastActivityAt: now }),
      row('a', { processes, rssBytes: 5, startedAt: now - 9000, lastActivityAt: now - 60_000 }),
    ];
    for (const sort of ['mem', 'up', 'idle', 'agent'] as const) {
      expect(idsOf(rows, { sort })).toEqual(['a', 'b']);
      expect(idsOf(rows, { sort, reverse: true })).toEqual(['b', 'a']);
    }
  });
});

describe('the filter', () => {
  const rows = [
    row('Auditor-1', { task: 'TASK-x', status: 'blocked' }),
    row('fixer-2', { session: { socket: 'default', name: 'agent_fix.er', attached: 0 } }),
    row('old-3', { class: 'ended' }),
  ];

  it('matches a part of name, task, status, session and class in any case', () => {
    for (const [filter, ids] of [
      ['audit', ['Auditor-1']],
      ['TASK-X', ['Auditor-1']],
      ['BLOCKED', ['Auditor-1']],
      ['fix.er', ['fixer-2']],
      ['live', ['Auditor-1', 'fixer-2']],
      ['.*', []],
      ['[', []],
    ] as const)
      expect(idsOf(rows, { filter, sort: 'agent' })).toEqual(ids);
  });

  it('hides ended rows unless that class is named', () => {
    expect(idsOf(rows, { filter: 'old' })).toEqual([]);
    expect(idsOf(rows, { classes: ['ended'] })).toEqual(['old-3']);
    expect(idsOf(rows, { classes: ['ended', 'live'], sort: 'agent' })).toHaveLength(3);
    expect(idsOf(rows, { classes: [] })).toEqual([]);
  });
});

describe('the tree', () => {
  it('puts agents below their deployer, and those without one at the top', () => {
    const rows = [
      row('c', { parent: 'b' }),
      row('b', { parent: 'a' }),
      row('a', { parent: 'gone' }),
    ];
    const placed = shown(rows, { tree: true, sort: 'agent' });
    expect(placed.map(each => [each.row.agentId, each.level])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
  });

  it('may be deeper than the call stack', () => {
    const count = 10_000;
    const rows = Array.from({ length: count }, (_, at) =>
      row(`a-${at}`, { parent: `a-${at - 1}` }),
    );
    expect(shown(rows, { tree: true })).toHaveLength(count);
  });

  it('may have ten thousand agents below one', () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => row(`a-${at}`, { parent: 'a-0' }));
    const started = cpuMs();
    expect(shown(rows, { tree: true })).toHaveLength(10_000);
    expect(cpuMs() - started).toBeLessThan(1000);
  });
});

describe('column content', () => {
  it('is the owner where a manager runs it and nothing is recorded', () => {
    const managed = (isSuspected?: true) => ({
      ...{ kind: 'claude-squad' as const, id: 'x', directory: '/x' },
      managed: { isSuspected },
    });
    expect(statusOf(row('a', { owner: managed() }))).toBe('owner claude-squad');
    expect(statusOf(row('a', { owner: managed(true) }))).toBe('owner perhaps claude-squad');
    expect(statusOf(row('a', { status: 'working', owner: managed() }))).toBe('working');
  });

  it('shows that an agent is frozen, beside its status', () => {
    expect(statusOf(row('a', { status: 'working', progress: 40, processes: stopped('T') }))).toBe(
      'frozen, working 40%',
    );
    expect(statusOf(row('a', { processes: stopped('T') }))).toBe('frozen');
    expect(statusOf(row('a', { status: 'working', processes: stopped('S') }))).toBe('working');
    expect(statusOf(row('a', { status: 'working' }))).toBe('working');
  });

  it('sorts a row without processes last by uptime, whatever its record says', () => {
    const rows = [
      row('ghost', { class: 'ghost', startedAt: now - 9000 }),
      row('young', { startedAt: now - 1000, processes: stopped('S') }),
      row('old', { startedAt: now - 5000, processes: stopped('S') }),
    ];
    const placed = selectRows(snapshotOf(rows), { ...defaultView, sort: 'up' });
    expect(placed.map(each => each.row.agentId)).toEqual(['old', 'young', 'ghost']);
  });
});

it.each([
  ['claude --model opus -p', 'opus'],
  ['/usr/bin/claude --model=opus', 'opus'],
  ['codex -m gpt-5', 'gpt-5'],
  ['node /usr/bin/gemini -m flash', 'flash'],
  ['python3 -m aider --model x', 'x'],
  ['python3 -m aider', undefined],
  ['claude', undefined],
])('the model of %j is %j', (command, model) => {
  const processOf = (role: 'agent' | 'child') => [rowProcess(1, command.split(' '), { role })];
  expect(modelOf(row('a-1', { processes: processOf('agent') }))).toBe(model);
  // `git commit -m words` left by an agent names no model.
  expect(modelOf(row('a-1', { processes: processOf('child') }))).toBe(undefined);
});
