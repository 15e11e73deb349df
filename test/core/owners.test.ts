/** Agents that a vendor's daemon brings back, and work that runs in a daemon. */
import { describe, expect, it } from 'vitest';
import { proof } from '../../source/core/evidence/evidence.ts';
import {
  type Inventory,
  identityOf,
  type Origin,
  type Pane,
  type Process,
  type Row,
} from '../../source/core/model/model.ts';
import type { RecorderReading, VendorRecord } from '../../source/core/model/vendor-record.ts';
import { findBroughtBack } from '../../source/core/termination/brought-back.ts';
import { memberOf } from '../../source/core/termination/kill-set.ts';
import {
  answerOf,
  askOwners,
  interruptClients,
  type TargetOwner,
} from '../../source/core/termination/ownership.ts';
import { endPlanLines } from '../../source/text/kill-lines.ts';
import {
  firstEnded,
  inventory,
  judge,
  now,
  pane,
  planned,
  process,
  serverPid,
} from '../helpers/inventory.ts';
import { manualClock } from '../helpers/manual-clock.ts';

const stop = { executable: '/opt/claude', words: ['stop', 'job-1'], env: { HOME: '/home/u' } };
const owner: TargetOwner = {
  ...{ kind: 'claude-daemon', pid: 5000, id: 'job-1', directory: '/home/u/.claude', uid: 1000 },
  stop,
};
const worker = (pid: number): VendorRecord => ({
  ...{ recorder: 'claude-background', vendor: 'claude', id: 'job-1', role: 'agent', path: '/r' },
  identity: { pid, start: `${pid}0` },
  isBackground: true,
  owner: {
    kind: 'claude-daemon',
    pid: 5000,
    id: 'job-1',
    directory: '/home/u/.claude',
    stop: ['claude', 'stop', 'job-1'],
  },
});
const readingOf = (...value: VendorRecord[]): RecorderReading => ({
  ...{ recorder: 'claude-background', directory: '/home/u/.claude', uid: 1000, faults: [] },
  reading: { ok: true, value },
});

describe('the owner', () => {
  it('is asked only where it can be', async () => {
    const asked: unknown[] = [];
    const answers = await askOwners(
      {
        owners: {
          stop: async command => {
            asked.push(command);
            return { ok: false, reason: 'no answer within 10 s' };
          },
        },
      },
      [
        ...[
          { key: 'a', owner },
          { key: 'b', owner: { ...owner, stop: undefined } },
        ],
        ...[{ key: 'c' }, { key: 'd', owner }],
      ],
      new Map([['d', 'it has exited']]),
    );
    expect(asked).toEqual([stop]);
    expect([...answers]).toEqual([
      ['a', { ok: false, reason: 'no answer within 10 s' }],
      ['d', { ok: false, reason: 'it was not asked, since it has exited' }],
    ]);
  });

  const watch = async (pids: readonly (number | undefined)[], isStopped: boolean) => {
    const { clock } = manualClock(now);
    let looks = 0;
    const pid = () => pids[Math.min(looks, pids.length - 1)];
    const found = await findBroughtBack(
      {
        clock,
        servers: { read: async () => [] },
        recorders: {
          read: () => [readingOf(...(pid() === undefined ? [] : [worker(pid() ?? 0)]))],
        },
        processes: {
          read: async () => {
            looks++;
            return {
              ok: true,
              value: pid() === undefined ? [] : [process(pid() ?? 0, 1, 'claude')],
            };
          },
        },
      },
      [{ key: 'a', owner, members: [] }],
      { isStopped: () => isStopped, before: new Set() },
    );
    return { pids: [...found.values()].map(each => each.pid), looks, tookMs: clock.steadyNow() };
  };

  it('that brings the agent back within ten seconds is found out', async () => {
    const later = [...Array<undefined>(40).fill(undefined), 7001];
    const { pids, tookMs } = await watch(later, false);
    expect(pids).toEqual([7001]);
    expect(tookMs).toBeLessThan(15_000);
  });

  it('that does not is watched until it could have', async () => {
    const { pids, tookMs } = await watch([undefined], false);
    expect(pids).toEqual([]);
    expect(tookMs).toBeGreaterThanOrEqual(15_000);
  });

  it('that has confirmed the stop is looked at once', async () => {
    expect(await watch([undefined], true)).toEqual({ pids: [], looks: 1, tookMs: 0 });
  });

  it('that has confirmed it, with the worker still in its record, is not believed', async () => {
    expect((await watch([7000], true)).pids).toEqual([7000]);
  });
});

describe('a manager', () => {
  const managed = { pane: { socketPath: '/tmp/tmux-1000/default', session: 'aoe_x_1' } };
  const asked: TargetOwner = {
    ...{ kind: 'agent-of-empires', id: '1', directory: '', uid: 1000 },
    ...{ stop, managed },
  };
  const shell = process(99, serverPid, 'bash');
  const agent = process(100, 99, 'claude --verbose');
  const reason = proof('itself', 'x');
  const members = [{ ...memberOf(agent, reason), role: 'agent' as const }];
  const watch = async (
    later: readonly Process[],
    panes: readonly Pane[],
    { isStopped = true, owner: its = asked } = {},
  ) => {
    const { clock } = manualClock(now);
    const read = { ok: true as const, value: panes };
    const found = await findBroughtBack(
      {
        clock,
        recorders: { read: () => [] },
        servers: {
          read: async () => [{ socket: 'default', path: managed.pane.socketPath, reading: read }],
        },
        processes: { read: async () => ({ ok: true, value: [shell, ...later] }) },
      },
      [{ key: 'a', owner: its, members }],
      { isStopped: () => isStopped, before: new Set([shell, agent].map(identityOf)) },
    );
    return { pids: [...found.values()].map(({ pid }) => pid), tookMs: clock.steadyNow() };
  };

  it('is watched for two seconds, or three without a confirmation, and not at all if it was not asked', async () => {
    expect(await watch([], [])).toEqual({ pids: [], tookMs: 2000 });
    expect(await watch([], [], { isStopped: false })).toEqual({ pids: [], tookMs: 3000 });
    const notAsked = { ...asked, stop: undefined };
    expect(await watch([], [], { owner: notAsked })).toEqual({ pids: [], tookMs: 0 });
  });
  it('has started again what is the first process of a pane of that session', async () => {
    const again = process(200, serverPid, 'python');
    expect((await watch([again], [pane('aoe_x_1', 200)])).pids).toEqual([200]);
    expect((await watch([again], [pane('aoe_other', 200)])).pids).toEqual([]);
  });
  it('has started again the same program in the shell of its session, and no other', async () => {
    const panes = [pane('aoe_x_1', 99)];
    expect((await watch([process(201, 99, '/opt/claude --resume')], panes)).pids).toEqual([201]);
    expect((await watch([process(201, 99, 'git status')], panes)).pids).toEqual([]);
    expect((await watch([], panes)).pids).toEqual([]);
  });
  it('that did not stop it is named with its reason; a daemon is not', () => {
    const answers = new Map([['a', { ok: false as const, reason: 'it is busy' }]]);
    expect(answerOf({ key: 'a', owner: asked }, answers)).toEqual([
      'Agent of Empires did not stop it: it is busy',
    ]);
    expect(answerOf({ key: 'a', owner }, answers)).toEqual([]);
    expect(answerOf({ key: 'b', owner: asked }, answers)).toEqual([]);
  });
});

describe('the plan for a worker', () => {
  const table = [
    process(5000, 1, 'claude daemon run --origin transient'),
    process(5001, 5000, 'claude bg-pty-host --bg-pty-host /tmp/s 200 50'),
    process(5002, 5001, 'claude --session-id x', { tty: 7, sid: 5001 }),
  ];
  const given = (origin: Origin, uid = 1000): Inventory =>
    inventory(
      { processes: table.map(each => ({ ...each, uid })), origins: { 5002: origin } },
      {
        recorders: [{ ...readingOf(worker(5002)), uid }],
        machine: { host: 'h', bootId: 'boot', uid: uid === 1000 ? 1000 : 0, pid: 99_999 },
      },
    );
  const planOf = (origin: Origin, uid?: number) =>
    planned(given(origin, uid), { isWanted: row => row.class === 'live' }).plan;

  it('asks its daemon with the worker’s own program and home', () => {
    const directories = new Map([['HOME', '/home/u']]);
    const plan = planOf({ executable: '/opt/bin/claude.exe', directories });
    expect(firstEnded(plan).owner?.stop).toEqual({
      executable: '/opt/bin/claude.exe',
      words: ['stop', 'job-1'],
      env: { HOME: '/home/u' },
    });
    const lines = endPlanLines(plan, 'unicode').map(line => line.map(({ text }) => text).join(''));
    expect(lines).toContain('  note  its daemon (pid 5000) is asked first: claude stop job-1');
  });

  it('never runs an interpreter, or another user’s program', () => {
    expect(firstEnded(planOf({ executable: '/usr/bin/node' })).owner?.stop).toBeUndefined();
    expect(firstEnded(planOf({})).owner?.stop).toBeUndefined();
    const theirs = planOf({ executable: '/home/other/claude' }, 1001);
    expect(firstEnded(theirs).owner?.stop).toBeUndefined();
  });
});

describe('a shared daemon', () => {
  const daemon = process(5000, 1, 'codex app-server --listen unix:// --managed-daemon');
  const shells = [6000, 6100].map((pid, index) => process(pid, 4000, 'bash', { tty: 3 + index }));
  const first = process(7000, 6000, 'codex', { tty: 3, sid: 6000 });
  const second = process(7100, 6100, 'codex', {
    tty: 4,
    sid: 6100,
    startedAt: first.startedAt + 60_000,
  });
  const panes = shells.map(({ pid }) => pane(`mine-${pid}`, pid));
  const threadAt = (at: number, tail: string) =>
    `${at
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}-7310-9782-${tail}`;
  const threads = [
    threadAt(first.startedAt + 2000, '000000000001'),
    threadAt(second.startedAt + 2000, '000000000002'),
  ];
  const command = (pid: number) => process(pid, 5000, 'sleep 7777', { startedAt: now - 1000 });
  const records = threads.map(
    (id, index): VendorRecord => ({
      ...{ recorder: 'codex-threads', vendor: 'codex', id, role: 'agent', path: '/l' },
      ...{ conversation: id, cwd: `/srv/${index}` },
    }),
  );
  const given = (directories: readonly string[], beside: readonly Process[] = [command(5001)]) =>
    inventory(
      {
        processes: [daemon, ...shells, first, second, ...beside],
        panes,
        origins: { 5001: { programMarks: new Map([['CODEX_THREAD_ID', threads[0] ?? '']]) } },
      },
      {
        recorders: [{ ...readingOf(...records), recorder: 'codex-threads' }],
        directories: new Map([
          [7000, directories[0] ?? ''],
          [7100, directories[1] ?? ''],
        ]),
      },
    );
  const ownerOf = (pid: number, from: Inventory) =>
    judge(from).snapshot.rows.find(row => row.processes.some(each => each.pid === pid))?.key;

  it('runs a command of the client that began its thread', () => {
    expect(ownerOf(5001, given(['/srv/0', '/srv/1']))).toBe('process:7000@70000');
  });

  it('keeps a command that nothing ties to one client', () => {
    for (const directories of [
      ['/srv/1', '/srv/0'],
      ['', ''],
      ['/other', '/srv/1'],
    ])
      expect(ownerOf(5001, given(directories))).toBe('process:5000@50000');
    const twin = {
      ...process(7200, 6100, 'codex', { tty: 4, sid: 6100 }),
      startedAt: first.startedAt,
    };
    const both = given(['/srv/0', '/srv/1'], [command(5001), twin]);
    const directories = new Map([...(both.directories ?? []), [7200, '/srv/0']]);
    expect(ownerOf(5001, { ...both, directories })).toBe('process:5000@50000');
  });

  const planFor = (from: Inventory, key: string) =>
    planned(from, { isWanted: row => row.key === key }).plan;

  it('stays when a client is ended, whose own command ends', () => {
    const target = firstEnded(planFor(given(['/srv/0', '/srv/1']), 'process:7000@70000'));
    expect(target.members.map(({ pid }) => pid).sort()).toEqual([5001, 7000]);
    expect(target.notes).toEqual([
      'its work runs in the daemon pid 5000 (shared by 2), which stays',
    ]);
    expect(target.interrupt).toMatchObject({ id: '%6000' });
    expect(target.mayGoOn).toBeUndefined();
  });

  it('may go on with work that nothing names', () => {
    const target = firstEnded(planFor(given(['', '']), 'process:7000@70000'));
    expect(target.mayGoOn?.map(({ pid }) => pid)).toEqual([5001]);
    expect(target.notes.join()).toContain('pid 5001 in it may be its work and would go on');
  });

  it('is ended if it is named, and the plan lists its clients', () => {
    const target = firstEnded(planFor(given(['/srv/0', '/srv/1']), 'process:5000@50000'));
    expect(target.members.map(({ pid }) => pid)).toEqual([5000]);
    expect(target.notes).toEqual(['it serves pid 7000, pid 7100: their work ends with it']);
  });

  it('interrupts the turn in the client’s pane', async () => {
    const pressed: unknown[] = [];
    const { clock } = manualClock(now);
    const sessions = {
      interrupt: async (where: unknown) => {
        pressed.push(where);
        return { ok: true, value: true } as const;
      },
    };
    const where = { socketPath: '/s', serverPid: 4000, id: '%1' };
    await interruptClients({ sessions, clock }, [{ interrupt: where }, {}]);
    expect(pressed).toEqual([where]);
  });
});

describe('what an agent of a user has started', () => {
  const shell = process(6000, 4000, 'bash', { tty: 3 });
  const agent = process(7000, 6000, 'claude', { tty: 3, sid: 6000, startedAt: now - 60_000 });
  const inPane = {
    tmuxPane: '%6000',
    tmux: { socketPath: '/tmp/tmux-1000/default', serverPid, session: 1 },
  };
  const server = process(8000, 1, 'node server.js', { startedAt: now - 30_000 });
  const notesWith = (beside: Process, origin: Origin = inPane) => {
    const given = inventory({
      processes: [shell, agent, beside],
      panes: [pane('mine', 6000)],
      origins: { 6000: inPane, 7000: inPane, [beside.pid]: origin },
    });
    const isWanted = (row: Row) => row.class === 'interactive';
    return firstEnded(planned(given, { isWanted }).plan).notes;
  };

  it('and carries no mark is named as staying', () => {
    expect(notesWith(server)).toEqual([
      'started from its pane, not proven to be its own, stays: pid 8000 (node server.js)',
    ]);
  });

  const own: Origin = { programMarks: new Map([['CLAUDE_PID', '7000']]), executable: 'tmux' };
  const tmux = { ...process(8000, 1, 'tmux -L swarm new -d'), name: 'tmux: server' };
  const young = { startedAt: now - 30_000 };

  it('and others may use by now is named as staying', () => {
    const notes = ['started by it, stays with what runs in it: pid 8000 (tmux -L swarm new -d)'];
    expect(notesWith({ ...tmux, ...young }, own)).toEqual(notes);
    expect(notesWith({ ...tmux, startedAt: agent.startedAt - 1 }, own)).toEqual([]);
    const another: Origin = { ...own, programMarks: new Map([['CLAUDE_PID', '7001']]) };
    expect(notesWith({ ...tmux, ...young }, another)).toEqual([]);
    expect(notesWith({ ...tmux, ...young, state: 'Z' }, own)).toEqual([]);
  });

  it('and a user may work in, is named as staying', () => {
    const screen = { ...process(8000, 1, 'SCREEN -dmS work'), ...young };
    expect(notesWith(screen, { ...own, executable: '/usr/bin/screen' })).toEqual([
      'started by it, stays with what runs in it: pid 8000 (SCREEN -dmS work)',
    ]);
  });

  const others: readonly (readonly [string, Process, Origin?])[] = [
    ['older than it', { ...server, startedAt: agent.startedAt - 1 }],
    ['of another pane', server, { ...inPane, tmuxPane: '%7' }],
    ['of another server', server, { ...inPane, tmux: { ...inPane.tmux, serverPid: 4001 } }],
    ['on its terminal', { ...server, tty: 3 }],
    ['dead', { ...server, state: 'Z' }],
  ];
  for (const [title, beside, origin] of others)
    it(`does not name what is ${title}`, () => expect(notesWith(beside, origin)).toEqual([]));
});
