/** Vendors' records against the processes of one poll. */
import { describe, expect, it } from 'vitest';
import type { Inventory, Process, Row } from '../../source/core/model/model.ts';
import type { VendorRecord } from '../../source/core/model/vendor-record.ts';
import { whyLines } from '../../source/text/why-lines.ts';
import {
  entry,
  inventory,
  judge,
  knowledge,
  now,
  pane,
  planned,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

function record(pid: number, more: Partial<VendorRecord> = {}): VendorRecord {
  return {
    recorder: 'claude-sessions',
    vendor: 'claude',
    id: `s-${pid}`,
    role: 'agent',
    identity: { pid, start: `${pid}0` },
    conversation: `s-${pid}`,
    path: `/home/u/.claude/sessions/${pid}.json`,
    ...more,
  };
}

function withRecords(
  processes: readonly Process[],
  records: readonly VendorRecord[],
  more: Partial<Inventory> & { readonly uid?: number } = {},
): Inventory {
  const { uid = 1000, ...rest } = more;
  const reading = { ok: true, value: records } as const;
  const recorders = [
    {
      recorder: 'claude-sessions',
      directory: '/home/u/.claude',
      uid,
      reading,
      faults: [],
    } as const,
  ];
  return inventory({ processes }, { recorders, ...rest });
}

function rowOf(given: Inventory, wanted: Partial<Row>): Row | undefined {
  return judge(given).snapshot.rows.find(row =>
    Object.entries(wanted).every(([name, value]) => row[name as keyof Row] === value),
  );
}

const shell = process(6000, 1, 'bash', { tty: 3 });
const claude = process(7000, 6000, 'claude', { tty: 3, sid: 6000 });

describe('an agent that its vendor records', () => {
  const idle = record(7000, { status: 'idle', cwd: '/srv/app', title: 'fix the login' });

  it('has the recorded status, directory and title', () => {
    const row = rowOf(withRecords([shell, claude], [idle]), { class: 'interactive' });
    expect(row).toMatchObject({
      status: 'idle',
      activity: 'idle',
      cwd: '/srv/app',
      title: 'fix the login',
      program: 'claude',
      recordedBy: ['claude-sessions'],
    });
  });

  it('is explained with title and directory', () => {
    const row = rowOf(withRecords([shell, claude], [idle]), { class: 'interactive' });
    const lines = row && whyLines(row, now, 'unicode');
    expect(lines?.map(line => line.map(({ text }) => text).join('')).join('\n')).toContain(
      '  type claude, status idle, title fix the login, in /srv/app, for 1h00',
    );
  });

  it('is one row with its entry, whose status comes first', () => {
    const given = inventory(
      {
        processes: [process(7000, serverPid, 'claude', { tty: 3 })],
        panes: [pane('agent_a-1', 7000)],
        registries: [registry('task', [entry('a-1', 'working')])],
      },
      { recorders: withRecords([], [idle]).recorders },
    );
    const rows = judge(given).snapshot.rows;
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      class: 'live',
      agentId: 'a-1',
      status: 'working',
      activity: 'idle',
      title: 'fix the login',
      recordedBy: ['orchestrator-json', 'claude-sessions'],
    });
  });

  const unbound: readonly (readonly [string, VendorRecord, number?])[] = [
    ['of an earlier process with its pid', { ...idle, identity: { pid: 7000, start: '1' } }],
    ['without a start time', { ...idle, identity: undefined }],
    ['of another pid namespace', { ...idle, isElsewhere: true }],
    ['in another user’s file', idle, 1001],
  ];
  for (const [title, given, uid] of unbound)
    it(`has nothing of a record ${title}`, () => {
      const row = rowOf(withRecords([shell, claude], [given], { uid }), { class: 'interactive' });
      expect(row).toMatchObject({ type: 'claude', status: undefined, title: undefined });
      expect(row?.recordedBy).toBeUndefined();
    });

  it('in a container is bound by its start time: its pid there is another', () => {
    const inside = { ...idle, isElsewhere: true, identity: { pid: 1, start: '70000' } } as const;
    const rowsWith = (isNamespaced: boolean, pids: readonly number[]) => {
      const agents = pids.map(pid => ({ ...claude, pid, start: '70000' }));
      const origins = new Map(pids.map(pid => [pid, { isNamespaced }]));
      const given = withRecords([shell, ...agents], [inside], { origins });
      return judge(given).snapshot.rows.map(row => [row.class, row.status]);
    };
    expect(rowsWith(true, [7000])).toEqual([['interactive', 'idle']]);
    const apart = [
      ['interactive', undefined],
      ['unknown', 'idle'],
    ];
    expect(rowsWith(false, [7000])).toEqual(apart);
    // Two that started in the same tick: which of them is it?
    expect(rowsWith(true, [7000, 7001])).toEqual([apart[0], ...apart]);
  });

  it('is no leftover, though it has lost its parent and its pane', () => {
    const stray = process(7000, 1, 'claude', { sid: 6999, tty: 0 });
    const origins = new Map([[7000, { tmuxPane: '%9', programMarks: new Map() }]]);
    const without = judge(withRecords([stray], [], { origins })).snapshot.rows;
    const recorded = judge(withRecords([stray], [idle], { origins })).snapshot.rows;
    expect(without.map(row => row.class)).toEqual(['orphan']);
    expect(recorded.map(row => row.class)).toEqual(['interactive']);
  });
});

describe('a record without a process', () => {
  const gone = record(7000, { status: 'busy', cwd: '/srv/app' });

  it('is a ghost', () => {
    expect(rowOf(withRecords([], [gone]), { class: 'ghost' })).toMatchObject({
      key: 'record:claude-sessions/s-7000',
      status: 'busy',
      cwd: '/srv/app',
      processes: [],
    });
  });

  it('is a ghost if another process has the pid', () => {
    const given = withRecords([process(7000, 1, 'vim', { start: '5' })], [gone]);
    expect(judge(given).snapshot.rows.map(row => row.class)).toEqual(['ghost']);
  });

  it('is one ghost for all recorders of its conversation', () => {
    const background = record(7000, { recorder: 'claude-background', id: 'job-1' });
    const rows = judge(withRecords([], [gone, { ...background, conversation: 's-7000' }])).snapshot
      .rows;
    expect(rows.map(row => row.recordedBy)).toEqual([['claude-sessions', 'claude-background']]);
  });

  const hidden: readonly (readonly [string, readonly VendorRecord[], Partial<Inventory>])[] = [
    [
      'its conversation goes on in another process',
      [gone, record(7001, { conversation: 's-7000' })],
      {},
    ],
    ['it is recorded as finished', [{ ...gone, isFinished: true }], {}],
    ['it names no process', [{ ...gone, identity: undefined }], {}],
    ['it is a daemon’s', [{ ...gone, role: 'host' }], {}],
    ['the process table could not be read', [gone], { processes: { ok: false, reason: 'no' } }],
  ];
  for (const [title, records, more] of hidden)
    it(`is no row if ${title}`, () => {
      const given = withRecords(
        [process(7001, 6000, 'claude', { tty: 3, sid: 6000 })],
        records,
        more,
      );
      expect(judge(given).snapshot.rows.filter(row => row.key.startsWith('record:'))).toEqual([]);
    });

  it('is unknown if its pid belongs to another namespace', () => {
    const given = withRecords([], [{ ...gone, isElsewhere: true }]);
    expect(judge(given).snapshot.rows.map(row => row.class)).toEqual(['unknown']);
  });

  it('waits for a second poll while it is young', () => {
    const given = withRecords([], [{ ...gone, at: now - 100 }]);
    expect(judge(given).snapshot.rows.map(row => row.class)).toEqual(['unknown']);
  });
});

describe('a shared daemon', () => {
  const daemon = process(5000, 1, 'codex app-server --listen unix:// --managed-daemon');
  const command = process(5001, 5000, 'sleep 7777');
  const tui = process(7000, 6000, 'codex', { tty: 3, sid: 6000 });

  it('is a host row with what runs in it, its memory and its clients', () => {
    const row = rowOf(inventory({ processes: [daemon, command, shell, tui] }), { class: 'host' });
    expect(row).toMatchObject({ key: 'process:5000@50000', program: 'codex', rssBytes: 2000 });
    expect(row?.processes.map(each => each.pid)).toEqual([5000, 5001]);
    expect(row?.status).toBe('1 client');
    expect(row?.evidence.map(({ text }) => text).join('\n')).toContain('pid 7000');
  });

  it('has an updater, which serves no agent', () => {
    const updater = process(5003, 1, 'codex app-server daemon pid-update-loop');
    const updates = record(5003, {
      recorder: 'codex-daemon',
      vendor: 'codex',
      role: 'updater',
      title: 'codex updater',
    });
    const row = rowOf(withRecords([updater, shell, tui], [updates]), { class: 'host' });
    expect([row?.title, row?.clients, row?.status]).toEqual(['codex updater', [], undefined]);
  });

  it('is a host without any client, and no leftover', () => {
    const rows = judge(inventory({ processes: [daemon, command] })).snapshot.rows;
    expect(rows.map(row => [row.class, row.status])).toEqual([['host', '0 clients']]);
  });

  it('is in no client’s kill set', () => {
    const below = { ...daemon, ppid: 7000 };
    const { plan } = planned(inventory({ processes: [shell, tui, below, command] }), {
      isWanted: row => row.class === 'interactive',
    });
    expect(plan.targets.flatMap(({ members }) => members.map(({ pid }) => pid))).toEqual([7000]);
  });
});

describe('a worker of a daemon', () => {
  const daemon = process(5000, 1, 'claude daemon run --origin transient');
  const host = process(5001, 5000, 'claude bg-pty-host --bg-pty-host /tmp/s 200 50');
  const spare = process(5002, 5001, 'claude bg-spare --bg-spare /tmp/c', { tty: 7, sid: 5001 });
  const worker = record(5002, {
    recorder: 'claude-background',
    isBackground: true,
    status: 'working',
    owner: {
      kind: 'claude-daemon',
      pid: 5000,
      id: 'job-1',
      directory: '/home/u/.claude',
      stop: ['claude', 'stop', 'job-1'],
    },
  });
  const table = [daemon, host, spare];

  it('is a spare of the host until a record names it', () => {
    const rows = judge(withRecords(table, [])).snapshot.rows;
    expect(rows.map(row => row.class)).toEqual(['host']);
    expect(rows[0]?.processes).toHaveLength(3);
  });

  it('is live with its owner, and left alone by bulk commands', () => {
    const row = rowOf(withRecords(table, [worker]), { class: 'live' });
    expect(row).toMatchObject({ status: 'working', owner: worker.owner });
    expect(row?.processes.map(each => each.pid)).toEqual([5002]);
    expect(row?.spared?.kind).toBe('vendor-record');
  });

  it('is undead once its job is finished', () => {
    const given = withRecords(table, [{ ...worker, isFinished: true, status: 'done' }]);
    const row = rowOf(given, { class: 'undead' });
    expect(row?.spared?.kind).toBe('vendor-record');
  });

  it('stays a user’s program if a record names one that is no spare', () => {
    const vim = process(5002, 6000, 'vim notes', { tty: 3, sid: 6000 });
    const given = withRecords([shell, vim], [worker]);
    expect(judge(given).snapshot.rows).toEqual([]);
    expect(knowledge.recogniser(vim).kind).toBe('other');
  });
});
