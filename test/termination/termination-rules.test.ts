/** Which processes a termination signals, rule by rule. Each rule was once broken without any other test
 * failing. */
import { describe, expect, it } from 'vitest';
import type { Machine, Origin, Process, Row } from '../../source/core/model/model.ts';
import { grow, type Marks, memberOf } from '../../source/core/termination/kill-set.ts';
import { spareRules } from '../../source/core/termination/spare.ts';
import { marksOf } from '../../source/core/termination/target-marks.ts';
import { because } from '../fixtures/evidence.ts';
import { snapshotOf } from '../fixtures/snapshot.ts';
import {
  agentParts,
  inventory,
  knowledge,
  long,
  pane,
  planned,
  process,
  serverPid,
} from '../helpers/inventory.ts';
import { inPane } from '../helpers/observation.ts';

const vigilPid = 99_999;
const root: Machine = { host: 'h', bootId: 'boot', uid: 0, pid: vigilPid };

/** The plan for agent a-1, with this pane process and these below it. */
function planOf(processes: readonly Process[], machine?: Machine) {
  const more = machine === undefined ? {} : { machine };
  const given = inventory(agentParts('a-1', processes), more);
  const { plan } = planned(given, { isWanted: ({ agentId }) => agentId === 'a-1' });
  const [target] = plan.targets;
  if (target === undefined) throw new Error('there is no target');
  return target;
}

/** The spare rules for this row. */
function spareOf(processes: readonly Process[], ...keys: string[]) {
  const kindOf = knowledge.recogniser;
  const snapshot = snapshotOf([]);
  return spareRules({ processes, machine: root, snapshot, targets: new Set(keys), kindOf });
}

describe('an ancestor of vigil', () => {
  const line = [
    process(5000, serverPid, 'bash'),
    process(5001, 5000, 'claude', { sid: 5000 }),
    process(5002, 5001, 'bash -c vigil', { sid: 5002 }),
    process(vigilPid, 5002, 'node /usr/bin/vigil', { sid: 5002 }),
  ];

  it('is spared up to init, and its agent is refused', () => {
    const beside = process(5003, 5001, 'python3 serve.py');
    const target = planOf([...line, beside]);
    expect(target.spared.map(({ pid, reason }) => [pid, reason.kind])).toEqual([
      [5001, 'ancestor'],
      [5000, 'ancestor'],
      [5002, 'ancestor'],
    ]);
    expect(target.refused).toEqual({ kind: 'self', text: 'vigil itself runs in it' });
  });

  it('is spared by the process table alone, whatever its row', () => {
    const spare = spareOf(line, 'agent:a-1');
    expect(line.map(each => spare(each)?.kind)).toEqual([
      'ancestor',
      'ancestor',
      'ancestor',
      'self',
    ]);
    expect(spare(process(100_000, vigilPid, 'tmux list-panes -a'))?.kind).toBe('self');
    expect(spare(process(5003, 5001, 'python3 serve.py'))).toBeUndefined();
  });

  it('is spared whatever its name; another process with that name is not', () => {
    const table = [process(6000, 1, 'node run.js'), process(vigilPid, 6000, 'node /usr/bin/vigil')];
    const spare = spareOf(table);
    expect(spare(process(6000, 1, 'node run.js'))?.kind).toBe('ancestor');
    expect(spare(process(6001, 1, 'node run.js'))).toBeUndefined();
  });
});

describe('another user’s agent', () => {
  const processes = [
    process(5000, serverPid, 'bash'),
    process(5001, 5000, 'claude', { sid: 5000, uid: 2000 }),
  ];

  it('is out of reach, so its session and helpers are not ended either', () => {
    const target = planOf(processes);
    expect(target.refused?.kind).toBe('out-of-reach');
    expect(target.refused?.text).toContain('uid 2000');
  });

  it('is ended if vigil runs as root', () => {
    const target = planOf(processes, root);
    expect(target.refused).toBeUndefined();
    expect(target.members.map(({ pid }) => pid).sort()).toEqual([5000, 5001]);
  });

  it('does not include a dead agent program: a zombie of another user is ignored', () => {
    const dead = process(5002, 5000, 'claude', { sid: 5000, uid: 2000, state: 'Z' });
    const own = process(5001, 5000, 'claude', { sid: 5000 });
    expect(planOf([processes[0] as Process, own, dead]).refused).toBeUndefined();
  });

  it('differs from a helper of another user, which the kernel may protect', () => {
    const target = planOf([
      processes[0] as Process,
      process(5001, 5000, 'claude', { sid: 5000 }),
      process(5002, 5001, 'node /x/mcp-server', { sid: 5000, uid: 2000 }),
    ]);
    expect(target.refused).toBeUndefined();
    expect(target.members.map(({ pid }) => pid)).toContain(5002);
  });
});

describe('a new member of a kill set', () => {
  const marks: Marks = {
    agentId: 'a-1',
    panes: new Map([['%5000', long]]),
    serverPid,
    scopes: new Set(['tmux-spawn-a.scope']),
    uids: new Set([1000]),
  };
  const leader = process(5000, serverPid, 'bash', { startedAt: long });
  const grownBy = (
    come: Process,
    origin?: Origin,
    table: readonly Process[] = [leader],
    own: Marks = marks,
  ) => {
    const set = {
      members: new Map([['5000@50000', memberOf(leader, because('the row'))]]),
      spared: [],
    };
    const origins = new Map(origin === undefined ? [] : [[come.pid, origin] as const]);
    const grown = grow(set, [...table, come], own, { origins, spare: () => undefined });
    return grown.members.get(`${come.pid}@${come.start}`)?.reason.kind;
  };
  const stray = (more: Partial<Process> = {}) => process(7000, 1, 'python3 serve.py', more);
  const scope = 'tmux-spawn-a.scope';

  for (const [name, origin, kind] of [
    ['the mark of deploy', { agentMark: 'a-1:0c8d' }, 'exact-mark'],
    ['the mark of a pane', inPane('%5000'), 'own-pane'],
    ['the scope of a pane', { scope }, 'cgroup'],
  ] as const)
    it(`is recognised by ${name}, only for the agent’s user`, () => {
      expect(grownBy(stray(), origin)).toBe(kind);
      expect(grownBy(stray({ uid: 2000 }), origin)).toBeUndefined();
      expect(grownBy(stray({ uid: 0 }), origin)).toBeUndefined();
    });

  it('is recognised by the mark of its agent, not of one whose name has the same prefix', () => {
    expect(grownBy(stray(), { agentMark: 'a-12:0c8d' })).toBeUndefined();
    expect(grownBy(stray(), { agentMark: 'a-1' })).toBeUndefined();
    expect(grownBy(stray(), { agentMark: 'a-1:b:0c8d' })).toBeUndefined();
  });

  it('is not recognised by a pane of another or unknown server', () => {
    expect(grownBy(stray(), inPane('%5000', serverPid + 1))).toBeUndefined();
    expect(grownBy(stray(), { tmuxPane: '%5000' })).toBeUndefined();
    expect(grownBy(stray(), inPane('%5001'))).toBeUndefined();
    const nowhere = { ...marks, serverPid: undefined };
    expect(grownBy(stray(), { tmuxPane: '%5000' }, [leader], nowhere)).toBeUndefined();
  });

  it('is not recognised by a pane that had another first process when it was started', () => {
    expect(grownBy(stray({ startedAt: long }), inPane('%5000'))).toBe('own-pane');
    expect(grownBy(stray({ startedAt: long - 1 }), inPane('%5000'))).toBeUndefined();
  });

  it('is not recognised by a mark if a terminal that is not the agent’s has set its own since', () => {
    const terminalMarks = new Map([['STY', '812.work']]);
    const own = { ...marks, agentOrigin: {} };
    const found = (origin: Origin) => grownBy(stray(), origin, [leader], own);
    expect(found({ agentMark: 'a-1:0c8d' })).toBe('exact-mark');
    expect(found({ agentMark: 'a-1:0c8d', terminalMarks })).toBeUndefined();
    expect(found({ ...inPane('%5000'), terminalMarks })).toBeUndefined();
  });

  it('is a child of a member, and not older than that', () => {
    const child = (startedAt: number) => process(7000, 5000, 'make', { startedAt });
    expect(grownBy(child(long))).toBe('tree');
    expect(grownBy(child(long - 1))).toBeUndefined();
  });

  it('is not a child of a process that reuses the pid of a dead member', () => {
    const child = process(7000, 5000, 'make');
    expect(grownBy(child, undefined, [{ ...leader, start: 'later' }])).toBeUndefined();
    expect(grownBy(child, undefined, [])).toBeUndefined();
  });

  it('is in a session led by a member, even a dead one, and not older than that', () => {
    const inSession = (startedAt: number) => stray({ sid: 5000, startedAt });
    expect(grownBy(inSession(long))).toBe('process-session');
    expect(grownBy(inSession(long), undefined, [])).toBe('process-session');
    expect(grownBy(inSession(long - 1))).toBeUndefined();
    const other = { ...leader, start: 'later' };
    expect(grownBy(inSession(long), undefined, [other])).toBeUndefined();
  });

  it('is not a process of another user in the same session', () => {
    expect(grownBy(stray({ sid: 5000, uid: 0 }))).toBeUndefined();
  });
});

it('the panes of a plan are those of one server: another one has the same numbers', () => {
  const row: Pick<Row, 'processes' | 'panes'> = {
    processes: [],
    panes: [pane('agent_a-1', 5000), pane('people', 5001, { serverPid: 9 })],
  };
  const read = { origins: new Map(), processes: { ok: true, value: [] } } as const;
  const { panes, serverPid: server } = marksOf(row, read, new Map());
  expect([[...panes.keys()], server]).toEqual([['%5000'], serverPid]);
});

it('the marks of a plan are those of the agent’s own users, panes and server', () => {
  const target = planOf(
    [
      process(5000, serverPid, 'bash'),
      process(5001, 5000, 'claude', { sid: 5000 }),
      process(5002, 5001, 'sudo make', { sid: 5000, uid: 3000 }),
    ],
    root,
  );
  expect(target.refused === undefined && target.marks).toEqual({
    agentId: 'a-1',
    agentMarks: new Set(),
    panes: new Map([['%5000', long]]),
    serverPid,
    scopes: new Set(),
    uids: new Set([1000, 3000]),
  });
});
