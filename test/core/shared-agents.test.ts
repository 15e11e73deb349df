/** One agent recorded by two entries, and sessions whose processes are in another row. */
import { describe, expect, it } from 'vitest';
import type { AgentEntry, Inventory } from '../../source/core/model/model.ts';
import {
  classesOf,
  entry,
  inventory,
  judge,
  pane,
  planned,
  process,
  registry,
} from '../helpers/inventory.ts';

const agent = process(5001, 4000, 'claude --print', { sid: 5001 });
const tracked = [{ pid: 5001, start: agent.start, bootId: 'boot' }];

it('both entries stay live if both record its processes', () => {
  const registries = ['TASK-1', 'TASK-2'].map(task =>
    registry('task', [entry('x-1', 'working', { tracked })], {
      path: `/w/.agent-workspace/${task}/AGENT_REGISTRY.json`,
      reading: {
        ok: true,
        value: { task, entries: [entry('x-1', 'working', { tracked })], faults: [] },
      },
    }),
  );
  const given = inventory({ processes: [agent], panes: [pane('agent_x-1', 5001)], registries });
  expect(Object.values(classesOf(given))).toEqual(['live', 'live']);
});

it('a session is no husk while its pane process is alive in another row', () => {
  const given = inventory({
    processes: [agent],
    panes: [pane('agent_x-1', 5001)],
    registries: [registry('task', [entry('x-1', 'working'), entry('y-2', 'working', { tracked })])],
  });
  const row = judge(given).snapshot.rows.find(each => each.agentId === 'x-1');
  expect(row?.class).not.toBe('husk');
});

it('memory of an agent recorded in two workspaces is counted once in the totals', () => {
  const registries = ['/w', '/v'].map(directory =>
    registry('task', [entry('x-1', 'working')], {
      path: `${directory}/.agent-workspace/TASK-1/AGENT_REGISTRY.json`,
      workspace: `${directory}/.agent-workspace`,
    }),
  );
  const both = { ...agent, rssBytes: 70_000_000, cpuPercent: 12.5 };
  const given = inventory({ processes: [both], panes: [pane('agent_x-1', 5001)], registries });
  const { rows, totals } = judge(given).snapshot;
  const shown = rows.filter(row => row.agentId === 'x-1');
  expect(shown.map(row => [row.class, row.rssBytes])).toEqual([
    ['live', 70_000_000],
    ['live', 70_000_000],
  ]);
  expect(totals).toMatchObject({ live: 2, rssBytes: 70_000_000, cpuPercent: 12.5 });
});

describe('two active entries that name one session', () => {
  const one = [pane('agent_x-1', 5001)];
  const given = (...entries: AgentEntry[]) =>
    inventory({ processes: [agent], panes: one, registries: [registry('task', entries)] });
  const borrower = entry('b-1', 'working', { session: 'agent_x-1' });
  const endOf = (id: string, world: Inventory) => {
    const [target] = planned(world, { isWanted: row => row.agentId === id }).plan.targets;
    return [target?.refused?.text, target?.members.map(({ pid }) => pid), target?.notes];
  };

  it('it is that of the entry whose name it has, whatever their order', () => {
    for (const entries of [
      [borrower, entry('x-1', 'working')],
      [entry('x-1', 'working'), borrower],
    ]) {
      const world = given(...entries);
      expect(endOf('x-1', world)).toEqual([
        undefined,
        [5001],
        ['also recorded as b-1, which ends with it'],
      ]);
      expect(endOf('b-1', world)[0]).toBe('its session and processes are those of agent:x-1');
    }
  });

  it('none of which is named so: the first owns it', () => {
    const other = entry('c-1', 'working', { session: 'agent_x-1' });
    const world = given(borrower, other);
    expect(endOf('b-1', world)[0]).toBeUndefined();
    expect(endOf('c-1', world)[0]).toBe('its session and processes are those of agent:b-1');
  });

  it('one plan for both ends both', () => {
    const { targets } = planned(given(borrower, entry('x-1', 'working'))).plan;
    expect(targets.map(each => [each.agentId, each.refused, each.notes]).sort()).toEqual([
      ['b-1', undefined, []],
      ['x-1', undefined, []],
    ]);
  });
});
