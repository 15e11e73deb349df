/** One poll → one class per row, with evidence. */
import { describe, expect, it } from 'vitest';
import {
  agentParts,
  classesOf,
  entry,
  inventory,
  judge,
  now,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const young = now - 1000;
const agent = (pid: number) => [
  process(pid, serverPid, 'bash -c claude'),
  process(pid + 1, pid, 'claude --print', { sid: pid }),
];
const shell = (pid: number) => [process(pid, serverPid, 'bash')];

describe('a recorded agent', () => {
  const cases: readonly (readonly [
    string,
    string | undefined,
    'agent' | 'shell' | 'none',
    string,
  ])[] = [
    ['working and alive is live', 'working', 'agent', 'live'],
    ['without a status and alive is live', undefined, 'agent', 'live'],
    ['pending and gone is a ghost', 'pending', 'none', 'ghost'],
    ['finished and alive is undead', 'phase_completed', 'agent', 'undead'],
    ['finished and gone has ended', 'killed', 'none', 'ended'],
    ['active with only a shell left is a husk', 'running', 'shell', 'husk'],
    ['finished with only a shell left is a husk', 'failed', 'shell', 'husk'],
    ['of an unknown status and alive is live', 'paused', 'agent', 'live'],
    ['of an unknown status and gone stays unknown', 'paused', 'none', 'unknown'],
  ];
  for (const [title, status, content, expected] of cases)
    it(title, () => {
      const processes = { agent: agent(5000), shell: shell(5000), none: [] }[content];
      const given = inventory({
        processes,
        panes: content === 'none' ? [] : [pane('agent_a-1', 5000)],
        registries: [registry('task', [entry('a-1', status)])],
      });
      expect(classesOf(given)).toEqual({ 'agent:a-1': expected });
    });

  it('is not confused with another whose name is a longer one', () => {
    const given = inventory({
      processes: agent(5000),
      panes: [pane('agent_a-12', 5000)],
      registries: [registry('task', [entry('a-1', 'working'), entry('a-12', 'working')])],
    });
    expect(classesOf(given)).toEqual({ 'agent:a-1': 'ghost', 'agent:a-12': 'live' });
  });

  it('is found in a session whose name tmux had to change', () => {
    const given = inventory({
      processes: agent(5000),
      panes: [pane('agent_v1_2-1', 5000)],
      registries: [registry('task', [entry('v1.2-1', 'working')])],
    });
    expect(classesOf(given)).toEqual({ 'agent:v1.2-1': 'live' });
  });

  it('is live by its program even if that is unknown', () => {
    const program = process(5001, 5000, 'python3 my_agent.py');
    const given = inventory(agentParts('a-1', [...shell(5000), program]));
    expect(classesOf(given)).toEqual({ 'agent:a-1': 'live' });
  });

  it('is a husk if its pane is dead', () => {
    const given = inventory({
      panes: [pane('agent_a-1', 5000, { dead: true })],
      registries: [registry('task', [entry('a-1', 'working')])],
    });
    expect(classesOf(given)).toEqual({ 'agent:a-1': 'husk' });
  });

  it('is live if its recorded process exists, by full identity of this boot', () => {
    const tracked = { pid: 5001, start: '50010', bootId: 'boot' };
    const look = (more: Partial<typeof tracked>) =>
      classesOf(
        inventory({
          processes: [process(5001, 1, 'claude', { sid: 77 })],
          registries: [
            registry('task', [entry('a-1', 'working', { tracked: [{ ...tracked, ...more }] })]),
          ],
        }),
      );
    expect(look({})).toEqual({ 'agent:a-1': 'live' });
    expect(look({ start: '1' })).toMatchObject({ 'agent:a-1': 'ghost' });
    expect(look({ bootId: 'other' })).toMatchObject({ 'agent:a-1': 'ghost' });
  });

  it('does not own an editor that has its id in the arguments', () => {
    const given = inventory({
      processes: [process(5001, 4999, 'vim agent_prompt_a-1.txt claude')],
      registries: [registry('task', [entry('a-1', 'working')])],
    });
    expect(classesOf(given)).toEqual({ 'agent:a-1': 'ghost' });
  });

  it('may be called __proto__ or constructor', () => {
    const ids = ['__proto__', 'constructor', 'toString'];
    const given = inventory({
      registries: [
        registry(
          'task',
          ids.map(id => entry(id, 'working')),
        ),
      ],
    });
    expect(Object.entries(classesOf(given))).toEqual(ids.map(id => [`agent:${id}`, 'ghost']));
  });
});

describe('registries', () => {
  it('are merged into one row, with their disagreement as evidence', () => {
    const given = inventory({
      registries: [
        registry('global', [entry('a-1', 'running', { task: 'TASK-1' })]),
        registry('task', [entry('a-1', 'completed')]),
      ],
    });
    const [row, ...more] = judge(given).snapshot.rows;
    expect(more).toEqual([]);
    expect(row).toMatchObject({ class: 'ended', status: 'completed' });
    expect(row?.evidence.map(({ text }) => text).join('\n')).toContain(
      'disagree: status completed, running',
    );
  });

  it('that list one id in two tasks yield two rows with distinct keys', () => {
    const other = registry('task', [entry('a-1', 'working')], {
      path: '/w/.agent-workspace/TASK-2/AGENT_REGISTRY.json',
    });
    const renamed = {
      ...other,
      reading: {
        ok: true as const,
        value: { task: 'TASK-2', entries: [entry('a-1', 'completed')], faults: [] },
      },
    };
    const given = inventory({ registries: [registry('task', [entry('a-1', 'working')]), renamed] });
    expect(classesOf(given)).toEqual({ 'agent:a-1': 'ghost', 'agent:a-1#TASK-2': 'ended' });
  });

  it('that name one session twice report it in both rows', () => {
    const given = inventory({
      processes: agent(5000),
      panes: [pane('agent_a-1', 5000)],
      registries: [
        registry('task', [
          entry('a-1', 'working'),
          entry('b-2', 'completed', { session: 'agent_a-1' }),
        ]),
      ],
    });
    const { rows } = judge(given).snapshot;
    // Its content belongs to the active one.
    expect(rows.map(row => row.class)).toEqual(['live', 'ended']);
    const said = rows.map(row => row.evidence.map(({ text }) => text).join());
    expect(said[0]).toContain('recorded in the same session');
    expect(said[1]).toContain('session agent_a-1 on socket default does not belong to this agent');
  });

  it('may be missing: agents are shown from processes and tmux alone', () => {
    const given = inventory({
      processes: [
        ...agent(5000),
        process(6000, 4999, 'zsh', { tty: 1 }),
        process(6001, 6000, 'claude', { sid: 6000, tty: 1 }),
      ],
      panes: [pane('work', 5000)],
    });
    expect(classesOf(given)).toEqual({
      'process:5001@50010': 'interactive',
      'process:6001@60010': 'interactive',
    });
  });
});

describe('an unrecorded process or session', () => {
  it('is an orphan when it is a session with an agent’s name', () => {
    const given = inventory({ processes: agent(5000), panes: [pane('agent_x-9', 5000)] });
    expect(classesOf(given)).toEqual({ 'session:default/agent_x-9': 'orphan' });
  });

  it('is an orphan when it is an MCP server whose parent is gone', () => {
    for (const parent of [
      process(1, 0, '/sbin/init', { uid: 0 }),
      process(300, 1, '/lib/systemd/systemd --user'),
      process(301, 1, 'tini -- sh', { name: 'tini' }),
    ]) {
      const given = inventory({
        processes: [parent, process(7000, parent.pid, 'node /x/mcp-server-git', { sid: 6999 })],
      });
      expect(classesOf(given)).toEqual({ 'process:7000@70000': 'orphan' });
    }
  });

  it('is no orphan if a service runs it, its parent is alive or it is infrastructure', () => {
    const given = inventory({
      processes: [
        process(7000, 1, 'node /x/mcp-server-git', { sid: 6999 }),
        process(6000, 1, 'python3 my_client.py'),
        process(7001, 6000, 'node /x/mcp-server-git', { sid: 6000 }),
        process(7002, 1, 'ssh-agent -s', { sid: 6998 }),
        process(7003, 1, 'python3 train.py', { sid: 6997 }),
      ],
      origins: {
        7000: { service: 'mcp.service' },
        7002: { programMarks: new Map([['CLAUDECODE', '1']]) },
      },
    });
    expect(classesOf(given)).toEqual({});
  });

  it('is an orphan if it carries an agent’s mark and its pane is gone', () => {
    const mark = { programMarks: new Map([['CLAUDECODE', '1']]), tmuxPane: '%9' };
    const at = (pid: number) => ({
      ...mark,
      tmux: { socketPath: '/s', serverPid: pid, session: 1 },
    });
    const look = (pid: number, panes = [pane('work', 5000)]) =>
      classesOf(
        inventory({
          processes: [...shell(5000), process(7003, 1, 'python3 serve.py', { sid: 6997 })],
          panes,
          origins: { 7003: at(pid) },
        }),
      );
    expect(look(serverPid)).toEqual({ 'process:7003@70030': 'orphan' });
    expect(look(123)).toEqual({ 'process:7003@70030': 'orphan' });
    // A running server that was not queried may still hold its owner.
    expect(look(serverPid, [])).toEqual({});
  });

  it('belongs to the agent whose pane its environment names', () => {
    const server = process(7000, 1, 'node /x/mcp-server-git', { sid: 7000 });
    const given = inventory({
      ...agentParts('a-1', [...agent(5000), server]),
      origins: { 7000: { tmux: { socketPath: '/s', serverPid, session: 1 }, tmuxPane: '%5000' } },
    });
    const { rows } = judge(given).snapshot;
    expect(rows.map(row => row.key)).toEqual(['agent:a-1']);
    expect(rows[0]?.processes.map(each => each.pid)).toContain(7000);
  });

  it('is a leftover, and its agent a ghost, if VIGIL_AGENT names a terminated agent', () => {
    const given = inventory({
      processes: [process(7000, 1, 'node server.js', { sid: 6999 })],
      registries: [registry('task', [entry('a-1', 'working')])],
      origins: { 7000: { agentMark: 'a-1:uuid' } },
    });
    expect(classesOf(given)).toEqual({ 'agent:a-1': 'ghost', 'process:7000@70000': 'orphan' });
  });

  it('is a zombie with its parent named; a Z leader with living threads is not', () => {
    const given = inventory({
      processes: [
        process(7000, 6999, 'python3 lazy.py'),
        process(7001, 7000, '', { state: 'Z', name: 'git' }),
        process(7002, 7000, '', { state: 'Z', threads: 3 }),
      ],
    });
    const { rows } = judge(given).snapshot;
    expect(rows.map(row => row.class)).toEqual(['zombie']);
    expect(rows[0]?.evidence.map(({ text }) => text).join()).toContain(
      'pid 7000 (python3 lazy.py)',
    );
  });

  it('of another user is hidden, except from root', () => {
    const parts = { processes: [process(6001, 4999, 'claude', { uid: 1001 })] };
    expect(classesOf(inventory(parts))).toEqual({});
    const machine = { host: 'h', bootId: 'boot', uid: 0, pid: 99_999 };
    expect(classesOf(inventory(parts, { machine }))).toEqual({
      'process:6001@60010': 'interactive',
    });
  });

  it('is skipped below a tmux server that was not chosen', () => {
    const parts = { processes: agent(5000) };
    expect(classesOf(inventory(parts, { serversChosen: true }))).toEqual({});
    expect(classesOf(inventory(parts))).toEqual({ 'process:5001@50010': 'unknown' });
  });

  it('is never vigil itself or its child', () => {
    const given = inventory({
      processes: [process(99_999, 4999, 'claude'), process(100_000, 99_999, 'claude')],
    });
    expect(classesOf(given)).toEqual({});
  });
});

describe('young evidence', () => {
  const registries = [registry('task', [entry('a-1', 'working')], { modifiedAt: young })];

  it('yields a ghost only after a second poll agrees', () => {
    const first = judge(inventory({ registries }));
    expect(first.snapshot.rows[0]?.class).toBe('unknown');
    expect(first.snapshot.unsettled).toBe(1);
    const soon = judge(inventory({ registries }, { takenAt: now + 100 }), first.memory);
    expect(soon.snapshot.rows[0]?.class).toBe('unknown');
    const second = judge(inventory({ registries }, { takenAt: now + 500 }), soon.memory);
    expect(second.snapshot.rows[0]?.class).toBe('ghost');
    expect(second.snapshot.unsettled).toBe(0);
  });

  it('starts over if a poll in between disagreed', () => {
    const first = judge(inventory({ registries }));
    const alive = inventory(
      { registries, processes: agent(5000), panes: [pane('agent_a-1', 5000)] },
      { takenAt: now + 300 },
    );
    const between = judge(alive, first.memory);
    expect(between.snapshot.rows[0]?.class).toBe('live');
    expect(classesOf(inventory({ registries }, { takenAt: now + 600 }), between.memory)).toEqual({
      'agent:a-1': 'unknown',
    });
  });

  it('delays an orphan session too', () => {
    const given = inventory({ panes: [pane('agent_x-9', 5000, { createdAt: young })] });
    expect(classesOf(given)).toEqual({ 'session:default/agent_x-9': 'unknown' });
  });
});
