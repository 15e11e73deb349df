/** One agent recorded by two entries, and sessions whose processes are in another row. */
import { expect, it } from 'vitest';
import {
  classesOf,
  entry,
  inventory,
  judge,
  pane,
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
