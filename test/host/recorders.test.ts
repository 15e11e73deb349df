/** The files that vendors' programs write, as observed in Claude Code 2.1.332 and Codex 0.169.0. */
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecorderName, VendorRecord } from '../../source/core/model/vendor-record.ts';
import { createRecorders } from '../../source/host/recorders/create-recorders.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vigil-test-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const uid = process.getuid?.() ?? 0;
const boot = '039c1948-7bcb-48f4-96cb-215471968dc4';
const thread = '019abc00-4f69-7310-9782-32535fcad20a';

/** Writes a file that is older than the time within which it might be half-written. */
function put(path: string, content: unknown): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  const before = Date.now() / 1000 - 60;
  utimesSync(file, before, before);
  return file;
}

const readerOf = (env: NodeJS.ProcessEnv = { HOME: home }) => createRecorders(env, uid, boot);
const read = (env?: NodeJS.ProcessEnv) => readerOf(env).read([]);

function recordsOf(name: RecorderName, readings = read()): readonly VendorRecord[] {
  return readings
    .filter(({ recorder }) => recorder === name)
    .flatMap(({ reading }) => (reading.ok ? reading.value : []));
}
const faultsOf = (name: RecorderName, readings = read()) =>
  readings.filter(({ recorder }) => recorder === name).flatMap(({ faults }) => faults);

const namespace = () =>
  `linux:${readFileSync('/etc/machine-id', 'utf8').trim()}:${readlinkSync('/proc/self/ns/pid')}`;

function session(pid: number, more: object = {}) {
  return {
    pid,
    sessionId: `66c5d37d-${pid}`,
    cwd: '/srv/app',
    procStart: '168206',
    kind: 'interactive',
    pidDomain: namespace(),
    tmux: 'mine:@0.%7',
    name: 'app-15',
    status: 'idle',
    statusUpdatedAt: 1795961682567,
    messagingSocketPath: '/tmp/secret.sock',
    ...more,
  };
}

describe('Claude sessions', () => {
  it('are read by an allow-list of fields', () => {
    const path = put('.claude/sessions/4121.json', session(4121));
    put('.claude/sessions/4121.6a4a.key', 'a secret key');
    expect(recordsOf('claude-sessions')).toEqual([
      {
        recorder: 'claude-sessions',
        vendor: 'claude',
        id: '66c5d37d-4121',
        role: 'agent',
        identity: { pid: 4121, start: '168206' },
        conversation: '66c5d37d-4121',
        pane: '%7',
        cwd: '/srv/app',
        status: 'idle',
        title: 'app-15',
        at: 1795961682567,
        path,
      },
    ]);
    expect(JSON.stringify(read())).not.toMatch(/secret/);
  });

  it('of another pid namespace or machine are elsewhere', () => {
    put('.claude/sessions/4121.json', session(4121, { pidDomain: 'linux:other:pid:[4026531836]' }));
    expect(recordsOf('claude-sessions').map(each => each.isElsewhere)).toEqual([true]);
  });

  const skipped: readonly (readonly [string, string, object])[] = [
    ['without a start time, as older versions write it', '4121.json', { procStart: undefined }],
    ['whose name is another pid', '4122.json', {}],
    ['with a start time that is none', '4121.json', { procStart: '-1; rm' }],
    ['with a pid that is none', '4121.json', { pid: '4121' }],
    ['with the pid of nobody', '0.json', { pid: 0 }],
  ];
  for (const [title, name, more] of skipped)
    it(`${title}: no record, and no fault`, () => {
      put(`.claude/sessions/${name}`, session(4121, more));
      expect(recordsOf('claude-sessions')).toEqual([]);
      expect(faultsOf('claude-sessions')).toEqual([]);
    });

  const broken: readonly (readonly [string, (path: string) => void, RegExp])[] = [
    ['broken', path => put(path, '{"pid": 41'), /not valid JSON/],
    ['a list', path => put(path, '[]'), /not valid JSON/],
    ['huge', path => put(path, ' '.repeat(1024 * 1024 + 1)), /larger than 1 MB/],
    ['a link', path => symlinkSync('/etc/hostname', join(home, path)), /symbolic link/],
    [
      'a pipe without a writer',
      path => execFileSync('mkfifo', [join(home, path)]),
      /not a regular file/,
    ],
    ['a directory', path => mkdirSync(join(home, path)), /not a regular file/],
  ];
  for (const [title, make, reason] of broken)
    it(`${title}: one fault, and the others are read`, () => {
      put('.claude/sessions/4121.json', session(4121));
      make('.claude/sessions/9.json');
      expect(recordsOf('claude-sessions')).toHaveLength(1);
      const faults = faultsOf('claude-sessions');
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(reason);
      expect(faults[0]).toContain(join(home, '.claude/sessions/9.json'));
    });

  it.runIf(uid === 0)('of another user: a fault', () => {
    chownSync(put('.claude/sessions/4121.json', session(4121)), 65534, 65534);
    expect(recordsOf('claude-sessions')).toEqual([]);
    expect(faultsOf('claude-sessions')[0]).toMatch(/belongs to uid 65534/);
  });

  it('caught half-written keep what they had', () => {
    const path = put('.claude/sessions/4121.json', session(4121));
    const reader = readerOf();
    expect(recordsOf('claude-sessions', reader.read([]))).toHaveLength(1);
    writeFileSync(path, '{"pid": 4121, "sess');
    const during = reader.read([]);
    expect(recordsOf('claude-sessions', during)).toHaveLength(1);
    expect(faultsOf('claude-sessions', during)).toEqual([]);
    writeFileSync(path, JSON.stringify(session(4121, { status: 'busy' })));
    expect(recordsOf('claude-sessions', reader.read([]))[0]?.status).toBe('busy');
  });

  it('are not read again while they are unchanged, and forgotten when they are gone', () => {
    const path = put('.claude/sessions/4121.json', session(4121));
    const reader = readerOf();
    const [first] = recordsOf('claude-sessions', reader.read([]));
    expect(recordsOf('claude-sessions', reader.read([]))[0]).toBe(first);
    rmSync(path);
    expect(recordsOf('claude-sessions', reader.read([]))).toEqual([]);
  });
});

describe('Claude background workers', () => {
  const worker = {
    pid: 7007,
    procStart: '170368',
    sessionId: '3170edcf-ef96',
    startedAt: 1795961703516,
    attempt: 1,
    cwd: '/srv/app',
    dispatch: { seed: { intent: 'the secret prompt' }, env: { KEY: 'secret value' } },
    rvAuth: 'secret rv',
    ptyAuth: 'secret pty',
    replPid: 7054,
    replProcStart: '170386',
  };
  const roster = { proto: 1, supervisorPid: 6861, workers: { '3170edcf': worker } };

  it('are an agent with the daemon as its owner, and a pty host', () => {
    put('.claude/daemon/roster.json', roster);
    put('.claude/jobs/3170edcf/state.json', {
      state: 'done',
      name: 'hello',
      intent: 'the secret prompt',
      updatedAt: '2026-11-29T14:15:05.904Z',
    });
    const [agent, host, ...more] = recordsOf('claude-background');
    expect(more).toEqual([]);
    expect(agent).toMatchObject({
      id: '3170edcf',
      role: 'agent',
      identity: { pid: 7054, start: '170386' },
      conversation: '3170edcf-ef96',
      cwd: '/srv/app',
      status: 'done',
      title: 'hello',
      isFinished: true,
      isBackground: true,
      owner: { kind: 'claude-daemon', pid: 6861, stop: ['claude', 'stop', '3170edcf'] },
    });
    expect(host).toMatchObject({ role: 'host', identity: { pid: 7007, start: '170368' } });
    expect(JSON.stringify(read())).not.toMatch(/secret/);
  });

  it('without their job file are known by the roster alone', () => {
    put('.claude/daemon/roster.json', roster);
    expect(recordsOf('claude-background')[0]).toMatchObject({ id: '3170edcf', cwd: '/srv/app' });
    expect(recordsOf('claude-background')[0]?.status).toBeUndefined();
  });

  it('with an id that is a path or an option are skipped', () => {
    const workers = { '../../x': worker, '--all': worker, '': worker };
    put('.claude/daemon/roster.json', { ...roster, workers });
    expect(recordsOf('claude-background')).toEqual([]);
  });
});

it('Claude teams: active members with a pane', () => {
  put('.claude/teams/one/config.json', {
    members: [
      { agentId: 'lead@one', name: 'lead', cwd: '/srv/app', tmuxPaneId: '%3', isActive: true },
      { agentId: 'gone@one', name: 'gone', tmuxPaneId: '%4', isActive: false },
      { agentId: 'odd@one', tmuxPaneId: 'x', isActive: true },
    ],
  });
  expect(recordsOf('claude-teams')).toMatchObject([{ id: 'lead@one', pane: '%3', title: 'lead' }]);
});

describe('Codex', () => {
  it('records its daemon and updater, of this boot only', () => {
    const identity = (bootId: string) => ({ bootId, startTicks: 173671 });
    put('.codex/app-server-daemon/daemon.pid', { pid: 17566, processIdentity: identity(boot) });
    put('.codex/app-server-daemon/daemon-updater.pid', {
      pid: 17671,
      processIdentity: identity('an earlier boot'),
    });
    expect(recordsOf('codex-daemon')).toMatchObject([
      { id: 'daemon', role: 'host', identity: { pid: 17566, start: '173671' } },
    ]);
  });

  it('records threads with a writer; the rollout has their directory', () => {
    put(`.codex/thread-writer-locks/${thread}.lock`, '');
    put('.codex/thread-writer-locks/.coordination.lock', '');
    const day = new Date(Number.parseInt(thread.replace('-', '').slice(0, 12), 16));
    const folder = day.toISOString().slice(0, 10).replaceAll('-', '/');
    const meta = {
      type: 'session_meta',
      payload: { cwd: '/srv/app', base_instructions: 'secret' },
    };
    put(
      `.codex/sessions/${folder}/rollout-x-${thread}.jsonl`,
      `${JSON.stringify(meta)}\n{"type":"turn","secret":1}\n`,
    );
    expect(recordsOf('codex-threads')).toMatchObject([
      { id: thread, cwd: '/srv/app', owner: { kind: 'codex-daemon' } },
    ]);
    expect(JSON.stringify(read())).not.toMatch(/secret/);
  });
});

describe('directories', () => {
  it('are those of the environment, if it names others', () => {
    put('other/sessions/4121.json', session(4121));
    const env = { HOME: '/nonexistent', CLAUDE_CONFIG_DIR: join(home, 'other') };
    expect(recordsOf('claude-sessions', read(env))).toHaveLength(1);
  });

  it('of running agents are read too, each once', () => {
    put('.claude/sessions/4121.json', session(4121));
    const found = { vendor: 'claude', path: join(home, '.claude'), uid } as const;
    const reader = createRecorders({ HOME: '/nonexistent' }, uid, boot);
    expect(recordsOf('claude-sessions', reader.read([found, found]))).toHaveLength(1);
  });

  it('that do not exist, or are relative, have no records and no faults', () => {
    for (const env of [{ HOME: home }, { HOME: 'relative' }, {}])
      for (const { reading, faults } of read(env))
        expect([reading, faults]).toEqual([{ ok: true, value: [] }, []]);
  });

  it('are never written to', () => {
    put('.claude/sessions/4121.json', session(4121));
    put('.codex/app-server-daemon/daemon.pid', '{');
    const names = () => readdirSync(home, { recursive: true }).map(String).sort();
    const stamps = () => names().map(name => [name, lstatSync(join(home, name)).mtimeMs]);
    const before = stamps();
    read();
    expect(stamps()).toEqual(before);
  });
});
