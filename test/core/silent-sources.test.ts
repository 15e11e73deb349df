/** An unreadable source is no absence. */
import { expect, it } from 'vitest';
import type { Inventory } from '../../source/core/model/model.ts';
import {
  entry,
  inventory,
  judge,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const silent = { ok: false, reason: 'no answer within 2 s' } as const;
const parts = {
  processes: [
    process(5000, serverPid, 'bash'),
    process(5001, 5000, 'claude', { sid: 5000 }),
    process(7000, 1, 'node /x/mcp-server', { sid: 6999 }),
    process(8000, 7999, 'claude', { tty: 3 }),
  ],
  panes: [pane('agent_x-9', 5000)],
  registries: [registry('task', [entry('a-1', 'working'), entry('b-2', 'completed')])],
};

function countsOf(given: Inventory) {
  const { totals, problems } = judge(given).snapshot;
  return {
    ghost: totals.ghost,
    orphan: totals.orphan,
    ended: totals.ended,
    unread: problems.filter(each => each.unread).length,
  };
}

it('with all sources readable there are a ghost, an ended agent and two orphans', () => {
  expect(countsOf(inventory(parts))).toEqual({ ghost: 1, orphan: 2, ended: 1, unread: 0 });
});

it('an unreadable tmux server yields no ghost, no orphan and no ended agent', () => {
  const servers = [{ socket: 'default', path: '/s', reading: silent }];
  expect(countsOf(inventory(parts, { servers }))).toEqual({
    ghost: 0,
    orphan: 0,
    ended: 0,
    unread: 1,
  });
});

it('one unreadable server of two suffices, as the session may be there', () => {
  const { servers } = inventory(parts);
  const two = [...servers, { socket: 'other', path: '/o', reading: silent }];
  expect(countsOf(inventory(parts, { servers: two }))).toEqual({
    ghost: 0,
    orphan: 0,
    ended: 0,
    unread: 1,
  });
});

it('an unreadable process table makes every recorded agent unknown', () => {
  const { snapshot } = judge(inventory(parts, { processes: silent }));
  expect(snapshot.rows.map(row => row.class)).toEqual(['unknown', 'unknown', 'unknown']);
  expect(snapshot.registries[0]?.actualActive).toBeUndefined();
});

it('an unreadable registry yields no orphan, and the others’ ghosts stay', () => {
  const broken = registry('global', [], { reading: { ok: false, reason: 'not valid JSON' } });
  const given = inventory({ ...parts, registries: [...parts.registries, broken] });
  expect(countsOf(given)).toEqual({ ghost: 1, orphan: 0, ended: 1, unread: 1 });
});

it('an unreadable task registry makes its agents in the index unknown', () => {
  const index = registry('global', [entry('a-1', 'working', { task: 'TASK-1' })]);
  const broken = registry('task', [], { reading: { ok: false, reason: 'permission denied' } });
  const { rows } = judge(inventory({ registries: [index, broken] })).snapshot;
  expect(rows.map(row => row.class)).toEqual(['unknown']);
});

it('a missing workspace yields no orphan either', () => {
  const problems = [
    { source: 'workspace' as const, message: '/nowhere: no such workspace', unread: true },
  ];
  expect(countsOf(inventory(parts, { problems }))).toMatchObject({ orphan: 0, unread: 1 });
});

it('another user’s registry yields no ghost if that user’s processes are hidden', () => {
  const registries = [registry('task', [entry('a-1', 'working')], { ownerUid: 2000 })];
  const given = inventory({ registries });
  const visible = given.processes.ok ? given.processes.value : [];
  const hidden = { ok: true as const, value: visible.filter(each => each.pid !== 1) };
  expect(judge(given).snapshot.rows[0]?.class).toBe('ghost');
  expect(judge({ ...given, processes: hidden }).snapshot.rows[0]?.class).toBe('unknown');
});

it('an unqueried tmux server that runs an agent holds ghosts back, and is reported', () => {
  const registries = [registry('task', [entry('a-1', 'working')])];
  const processes = [
    process(4500, 1, 'tmux', { name: 'tmux: server' }),
    process(4501, 4500, 'bash'),
    process(4502, 4501, 'claude'),
  ];
  const { snapshot } = judge(inventory({ registries, processes }));
  expect(snapshot.rows.find(row => row.agentId === 'a-1')?.class).toBe('unknown');
  expect(snapshot.problems.map(each => each.message).join()).toContain(
    'server 4500: its socket is outside',
  );
});

it('an agent in a tmux server outside the socket directory is reported with the socket to name', () => {
  const path = '/srv/t/tmux-1000/default';
  const registries = [registry('task', [entry('a-1', 'working')])];
  const found = (command: string, serversChosen = false) => {
    const processes = [
      process(4500, 1, 'tmux', { name: 'tmux: server' }),
      process(4501, 4500, command),
    ];
    const reading = { ok: true, value: [pane('agent_a-1', 4501, { serverPid: 4500 })] } as const;
    const servers = [{ socket: path, path, reading, leftOut: 'outside' }];
    return judge(inventory({ registries, processes }, { servers, serversChosen })).snapshot;
  };
  const messages = (...given: Parameters<typeof found>) =>
    found(...given).problems.map(each => each.message);
  expect(messages('claude')).toEqual([expect.stringMatching(`server 4500 .* Use -S ${path}$`)]);
  expect(found('claude').rows.find(row => row.agentId === 'a-1')?.class).toBe('unknown');
  expect(messages('vim')).toEqual([]);
  // It was left out on purpose.
  expect(messages('claude', true)).toEqual([]);
});
