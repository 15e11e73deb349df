/** Ownership that is impossible, rule by rule: each rule was broken once without any other test failing. */
import { describe, expect, it } from 'vitest';
import type { Inventory, Machine, Process } from '../../source/core/model/model.ts';
import {
  classesOf,
  entry,
  inventory,
  judge,
  long,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';
import { inPane } from '../helpers/observation.ts';

const vigilPid = 99_999;
const root: Machine = { host: 'h', bootId: 'boot', uid: 0, pid: vigilPid };
const agent = [process(5000, serverPid, 'bash'), process(5001, 5000, 'claude', { sid: 5000 })];
const panes = [pane('agent_a-1', 5000)];
const active = registry('task', [entry('a-1', 'working')]);
const recording = (pid: number) =>
  registry('task', [
    entry('a-1', 'working', { tracked: [{ pid, start: `${pid}0`, bootId: 'boot' }] }),
  ]);

/** Pids of the row of agent a-1, or of another row. */
function membersOf(given: Inventory, key = 'agent:a-1'): number[] {
  const row = judge(given).snapshot.rows.find(each => each.key === key);
  return (row?.processes ?? []).map(({ pid }) => pid).sort((a, b) => a - b);
}

describe('a process recorded as an agent’s', () => {
  const recorded = (process: Process, more: readonly Process[] = []) =>
    classesOf(inventory({ processes: [process, ...more], registries: [recording(process.pid)] }));

  it('may be any program of its own, also without another sign of an agent', () => {
    expect(recorded(process(6000, 1, 'node /srv/run.js'))).toEqual({ 'agent:a-1': 'live' });
  });

  it('is never below vigil', () => {
    const vigil = process(vigilPid, 6000, 'node /usr/bin/vigil');
    expect(recorded(process(6000, 1, 'node /srv/run.js'), [vigil])).toEqual({
      'agent:a-1': 'ghost',
    });
  });

  it('is not vigil itself', () => {
    expect(recorded(process(vigilPid, 1, 'node /usr/bin/vigil'))).toEqual({ 'agent:a-1': 'ghost' });
  });

  it('is not the first process of a container, whatever its program', () => {
    const first = process(1, 0, 'node /srv/start.js');
    const table = { ok: true, value: [first] } as const;
    const given = inventory({ registries: [recording(1)] }, { processes: table });
    expect(classesOf(given)).toEqual({ 'agent:a-1': 'ghost' });
  });

  it('is not a user’s systemd, which started all of that user’s processes', () => {
    const manager = process(800, 1, '/usr/lib/systemd/systemd --user');
    const job = process(801, 800, 'python3 job.py');
    expect(recorded(manager, [job])).toEqual({ 'agent:a-1': 'ghost' });
  });
});

describe('a process of another user', () => {
  const mark = { agentMark: 'a-1:0c8d' };
  const asRoot = (uid: number, origin: object, more: Parameters<typeof inventory>[0] = {}) =>
    membersOf(
      inventory(
        {
          processes: [...(more.processes ?? agent), process(7000, 1, 'python3 serve.py', { uid })],
          panes: more.panes ?? panes,
          registries: [active],
          origins: { 7000: origin },
        },
        { machine: root },
      ),
    );

  it('belongs to no agent by a mark that can be copied', () => {
    expect(asRoot(1000, mark)).toEqual([5000, 5001, 7000]);
    expect(asRoot(2000, mark)).toEqual([5000, 5001]);
  });

  it('belongs to no agent by its mark if the agent has no pane and the registry is another user’s', () => {
    const program = process(5001, 1, 'claude');
    const gone = { processes: [program], panes: [] };
    const marked = (uid: number) =>
      judge(
        inventory(
          {
            ...gone,
            processes: [program, process(7000, 1, 'python3 serve.py', { uid })],
            registries: [active],
            origins: { 5001: mark, 7000: mark },
          },
          { machine: root },
        ),
      ).snapshot.rows.flatMap(row => row.processes.map(({ pid }) => pid));
    expect(marked(1000)).toEqual([5001, 7000]);
    expect(marked(2000)).toEqual([5001]);
  });

  it('belongs to no agent by a pane’s mark either', () => {
    expect(asRoot(1000, inPane('%5000'))).toEqual([5000, 5001, 7000]);
    expect(asRoot(2000, inPane('%5000'))).toEqual([5000, 5001]);
  });

  it('is no row of ours, but one of root’s', () => {
    const left = process(7000, 1, 'node /x/mcp-server', { sid: 6999, uid: 2000 });
    expect(classesOf(inventory({ processes: [left] }))).toEqual({});
    expect(classesOf(inventory({ processes: [left] }, { machine: root }))).toEqual({
      'process:7000@70000': 'orphan',
    });
  });
});

describe('of a finished and an active entry', () => {
  const finished = { tracked: [{ pid: 7000, start: '70000', bootId: 'boot' }] };

  it('the active one owns the session that both name, whichever is listed first', () => {
    const given = inventory({
      processes: agent,
      panes: [pane('agent_x', 5000)],
      registries: [
        registry('task', [
          entry('old', 'completed', { session: 'agent_x' }),
          entry('new', 'working', { session: 'agent_x' }),
        ]),
      ],
    });
    expect(classesOf(given)).toEqual({ 'agent:old': 'ended', 'agent:new': 'live' });
    expect(membersOf(given, 'agent:new')).toEqual([5000, 5001]);
    expect(membersOf(given, 'agent:old')).toEqual([]);
  });

  it('the active one owns the processes that both record', () => {
    const given = inventory({
      processes: [process(7000, 1, 'claude')],
      registries: [
        registry('task', [entry('old', 'completed', finished), entry('new', 'working', finished)]),
      ],
    });
    expect(classesOf(given)).toEqual({ 'agent:old': 'ended', 'agent:new': 'live' });
  });

  it('the active one owns the pane in which both record the agent', () => {
    const tracked = [{ pid: 5001, start: '50010', bootId: 'boot' }];
    const given = inventory({
      processes: agent,
      panes: [pane('renamed', 5000)],
      registries: [
        registry('task', [
          entry('old', 'completed', { tracked }),
          entry('new', 'working', { tracked }),
        ]),
      ],
    });
    expect(classesOf(given)).toEqual({ 'agent:old': 'ended', 'agent:new': 'live' });
  });

  it('the active one is meant by a mark if two tasks have the same id', () => {
    const twice = (task: string, status: string) =>
      registry('task', [entry('x', status)], {
        path: `/w/.agent-workspace/${task}/AGENT_REGISTRY.json`,
        reading: { ok: true, value: { task, entries: [entry('x', status)], faults: [] } },
      });
    for (const statuses of [
      ['completed', 'working'],
      ['working', 'completed'],
    ] as const) {
      const given = inventory({
        processes: [process(7000, 1, 'claude')],
        registries: statuses.map((status, at) => twice(`TASK-${at}`, status)),
        origins: { 7000: { agentMark: 'x:0c8d' } },
      });
      const { rows } = judge(given).snapshot;
      expect(rows.map(row => [row.status, row.class])).toEqual(
        statuses.map(status => [status, status === 'working' ? 'live' : 'ended']),
      );
    }
  });
});

describe('no process is older than its parent', () => {
  const older = { startedAt: long - 5000 };
  const looksAt = (left: Process, origin = {}) =>
    membersOf(
      inventory({
        processes: [...agent, left],
        panes,
        registries: [active],
        origins: { [left.pid]: origin },
      }),
    );

  it('so its parent’s pid was reused', () => {
    expect(looksAt(process(7000, 5001, 'python3 serve.py'))).toContain(7000);
    expect(looksAt(process(7000, 5001, 'python3 serve.py', older))).not.toContain(7000);
  });

  it('so the session that a pane’s process leads is not the one it is in', () => {
    const sid = 5000;
    expect(looksAt(process(7000, 1, 'python3 serve.py', { sid }))).toContain(7000);
    expect(looksAt(process(7000, 1, 'python3 serve.py', { sid, ...older }))).not.toContain(7000);
  });

  it('so the pane that its mark names is a later one', () => {
    expect(looksAt(process(7000, 1, 'python3 serve.py'), inPane('%5000'))).toContain(7000);
    const before = process(7000, 1, 'python3 serve.py', older);
    expect(looksAt(before, inPane('%5000'))).not.toContain(7000);
  });
});
