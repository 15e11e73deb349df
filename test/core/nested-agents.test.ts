/** Agents started by agents, windows shared by sessions, ids shared by tasks. */
import { expect, it } from 'vitest';
import {
  classesOf,
  entry,
  inventory,
  judge,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const registries = [registry('task', [entry('a-1', 'working'), entry('b-2', 'working')])];
const ownersOf = (given: Parameters<typeof judge>[0], memory?: Parameters<typeof judge>[1]) =>
  Object.fromEntries(
    judge(given, memory).snapshot.rows.flatMap(row =>
      row.processes.map(each => [each.pid, row.agentId ?? row.key]),
    ),
  );

it('an agent started below another one, without tmux, is identified by its own mark', () => {
  const outer = process(7000, 1, 'claude -p x', { sid: 7000 });
  const inner = process(7001, 7000, 'claude -p y', { sid: 7001 });
  const origins = { 7000: { agentMark: 'a-1:u' }, 7001: { agentMark: 'b-2:v' } };
  for (const processes of [
    [outer, inner],
    [inner, outer],
  ])
    expect(ownersOf(inventory({ processes, registries, origins }))).toEqual({
      7000: 'a-1',
      7001: 'b-2',
    });
});

it('a mark names its agent in full, with a colon in the id too', () => {
  const odd = [registry('task', [entry('team:a-1', 'working')])];
  const processes = [process(7000, 1, 'claude -p x', { sid: 7000 })];
  const given = inventory({
    processes,
    registries: odd,
    origins: { 7000: { agentMark: 'team:a-1:0b7e' } },
  });
  expect(ownersOf(given)).toEqual({ 7000: 'team:a-1' });
});

it('a process recorded as another agent’s own belongs to that agent, wherever it runs', () => {
  const tracked = [{ pid: 7001, start: '70010', bootId: 'boot' }];
  const both = [
    registry('task', [
      entry('a-1', 'working', { tracked: [{ pid: 7000, start: '70000', bootId: 'boot' }] }),
      entry('b-2', 'working', { tracked }),
    ]),
  ];
  const processes = [
    process(7000, 1, 'claude -p x', { sid: 7000 }),
    process(7001, 7000, 'claude -p y', { sid: 7001 }),
  ];
  const given = inventory({ processes, registries: both });
  expect(classesOf(given)).toEqual({ 'agent:a-1': 'live', 'agent:b-2': 'live' });
  expect(ownersOf(given)).toEqual({ 7000: 'a-1', 7001: 'b-2' });
});

it('a window shared by two sessions is its recorded agent’s, whatever the other one is called', () => {
  const processes = [process(5000, serverPid, 'bash'), process(5001, 5000, 'claude -p x')];
  // The result of `tmux new-session -t agent_b-2 -s agent_a-view`: one pane, listed with both.
  const shared = ['agent_a-view', 'agent_b-2'].map(name => pane(name, 5000));
  for (const panes of [shared, [...shared].reverse()]) {
    const given = inventory({ processes, panes, registries });
    const { rows } = judge(given).snapshot;
    expect(rows.find(row => row.agentId === 'b-2')).toMatchObject({ class: 'live' });
    expect(rows.filter(row => row.class === 'orphan')).toEqual([]);
  }
});

it('a zombie of an agent whose id two tasks have carries the id, not the row’s key', () => {
  const twin = registry('task', [entry('a-1', 'working', { session: 'agent_twin' })], {
    path: '/w/.agent-workspace/TASK-2/AGENT_REGISTRY.json',
    reading: {
      ok: true,
      value: {
        task: 'TASK-2',
        entries: [entry('a-1', 'working', { session: 'agent_twin' })],
        faults: [],
      },
    },
  });
  const given = inventory({
    processes: [
      process(5000, serverPid, 'claude'),
      process(5001, 5000, '', { state: 'Z', name: 'git' }),
    ],
    panes: [pane('agent_twin', 5000)],
    registries: [registry('task', [entry('a-1', 'working')]), twin],
  });
  const zombie = judge(given).snapshot.rows.find(row => row.class === 'zombie');
  expect(zombie?.agentId).toBe('a-1');
});

it('a registry cannot claim all processes by recording their ancestor', () => {
  const shared = [
    process(300, 1, '/lib/systemd/systemd --user', { name: 'systemd' }),
    process(301, 1, 'sshd: dev@pts/0', { name: 'sshd' }),
  ];
  const bystanders = shared.map(({ pid }, at) => process(6000 + at, pid, 'vim notes.txt'));
  const tracked = [...shared, process(serverPid, 1, 'tmux')].map(({ pid, start }) => ({
    pid,
    start,
    bootId: 'boot',
  }));
  const given = inventory({
    processes: [...shared, ...bystanders, process(6100, serverPid, 'vim more.txt')],
    registries: [registry('task', [entry('a-1', 'completed', { tracked })])],
  });
  const { rows } = judge(given).snapshot;
  const members = rows.flatMap(row => row.processes.map(each => each.pid));
  expect(members).toEqual([]);
});
