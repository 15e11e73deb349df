/** The process table: from bytes, from /proc, and from ps without /proc. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createOriginReader,
  parseScope,
  parseService,
} from '../../source/host/processes/proc-origins.ts';
import { createProcReader } from '../../source/host/processes/proc-processes.ts';
import { parseStat } from '../../source/host/processes/proc-stat.ts';
import { parsePsLine, readPsProcesses } from '../../source/host/processes/ps-processes.ts';
import { parseTmux } from '../../source/host/processes/tmux-variable.ts';
import { eventually } from '../helpers/eventually.ts';
import { process as processAt } from '../helpers/inventory.ts';
import { createStandIns, type StandIns, statOf } from '../helpers/stand-ins.ts';

let standIns: StandIns;
beforeEach(() => {
  standIns = createStandIns();
});
afterEach(() => standIns.close());

async function tableOf(reader = createProcReader()) {
  const reading = await reader();
  if (!reading.ok) throw new Error(reading.reason);
  return new Map(reading.value.map(process => [process.pid, process]));
}

describe('a stat line', () => {
  const tail =
    'S 10 11 12 34816 13 4194304 1 2 3 4 70 30 0 0 20 0 5 0 4242 1000000 300 18446744073709551615 1 2 3 0 0';
  const parse = (text: string) => parseStat(Buffer.from(text), Buffer.byteLength(text));

  it('is parsed from the last parenthesis on, whatever the name contains', () => {
    for (const name of ['bash', 'x) R 1 1', ') (', 'a\nb', '\u001b[31m', '']) {
      const stat = parse(`77 (${name}) ${tail}`);
      expect(stat).toMatchObject({ name, state: 'S', ppid: 10, pgid: 11, sid: 12, tty: 34816 });
      expect(stat).toMatchObject({ cpuTicks: 100, threads: 5, start: '4242', rssPages: 300 });
    }
  });

  it('that is truncated is nothing', () => {
    for (const text of ['', '77', '77 (bash', '77 (bash)', '77 (bash) S 10 11'])
      expect(parse(text)).toBeUndefined();
  });
});

describe('the /proc reader', () => {
  it('shows our own children correctly', async () => {
    const child = standIns.start('sleep', ['1000']);
    const pid = child.pid as number;
    await eventually('it runs sleep', async () => (await tableOf()).get(pid)?.argv[0] === 'sleep');
    const seen = (await tableOf()).get(pid);
    expect(seen).toMatchObject({
      ppid: process.pid,
      state: 'S',
      argv: ['sleep', '1000'],
      name: 'sleep',
      threads: 1,
    });
    expect(seen?.start).toBe(statOf(pid)?.start);
    expect(seen?.uid).toBe(process.getuid?.());
    expect(Math.abs(Date.now() - (seen?.startedAt ?? 0))).toBeLessThan(10_000);
    expect(seen?.rssBytes).toBeGreaterThan(100_000);
  });

  it('detects an exec, and forgets exited processes', async () => {
    const reader = createProcReader();
    const child = standIns.start('bash', ['-c', `read -r < '${standIns.directory}/never'`]);
    const pid = child.pid as number;
    await eventually(
      'bash is seen',
      async () => (await tableOf(reader)).get(pid)?.argv[0] === 'bash',
    );
    const other = standIns.start('bash', ['-c', 'kill -STOP $$; exec sleep 1000']);
    await eventually(
      'it has stopped',
      async () => (await tableOf(reader)).get(other.pid as number)?.state === 'T',
    );
    other.kill('SIGCONT');
    await eventually(
      'the exec is seen',
      async () => (await tableOf(reader)).get(other.pid as number)?.argv.join(' ') === 'sleep 1000',
    );
    child.kill('SIGKILL');
    await eventually('it is gone', async () => !(await tableOf(reader)).has(pid));
  });

  it('measures CPU since the previous poll', async () => {
    const reader = createProcReader();
    const busy = standIns.start('bash', ['-c', 'while :; do :; done']);
    const idle = standIns.start('sleep', ['1000']);
    await eventually(
      'the busy one is seen to be busy',
      async () => ((await tableOf(reader)).get(busy.pid as number)?.cpuPercent ?? 0) > 20,
    );
    expect((await tableOf(reader)).get(idle.pid as number)?.cpuPercent).toBeLessThan(5);
  });

  it('reports why there is no process table', async () => {
    const reading = await createProcReader('/nonexistent')();
    expect(reading).toMatchObject({ ok: false, reason: expect.stringContaining('ENOENT') });
  });

  it('reads the marks of a process and nothing else of its environment', async () => {
    const child = spawn('sleep', ['1000'], {
      env: {
        PATH: process.env.PATH,
        SECRET: 'x',
        VIGIL_AGENT: 'a-1:uuid',
        CLAUDECODE: '1',
        TMUX: '/tmp/t,a,12,0',
        TMUX_PANE: '%3',
      },
    });
    try {
      const seen = await eventually('it is seen', async () => {
        const found = (await tableOf()).get(child.pid as number);
        return found?.argv[0] === 'sleep' ? found : undefined;
      });
      const origin = createOriginReader()([seen]).get(seen.pid);
      expect(origin).toMatchObject({
        agentMark: 'a-1:uuid',
        programMarks: new Map([['CLAUDECODE', '1']]),
        tmux: { socketPath: '/tmp/t,a', serverPid: 12, session: 0 },
        tmuxPane: '%3',
      });
      expect(JSON.stringify(origin)).not.toContain('SECRET');
    } finally {
      child.kill('SIGKILL');
    }
  });
});

it('the marks of a process are kept while others are read, and re-read after an exec', () => {
  const root = join(standIns.directory, 'proc');
  mkdirSync(join(root, '77'), { recursive: true });
  const say = (mark: string) => writeFileSync(join(root, '77', 'environ'), `VIGIL_AGENT=${mark}\0`);
  const reader = createOriginReader(root);
  const seen = { ...processAt(77, 1, 'claude'), argv: ['claude'] };
  const markOf = (process = seen) => reader([process]).get(77)?.agentMark;
  say('a:1');
  expect(markOf()).toBe('a:1');
  say('b:2');
  reader([]);
  expect(markOf()).toBe('a:1');
  const after = { ...seen, argv: ['claude'] };
  expect(markOf(after)).toBe('b:2');
  say('c:3');
  for (let read = 0; read < 300; read++) reader([]);
  expect(markOf(after)).toBe('c:3');
});

describe('the ps fallback', () => {
  it('agrees with /proc about our own children', async () => {
    const child = standIns.start('sleep', ['1000']);
    const pid = child.pid as number;
    await eventually('it runs sleep', async () => (await tableOf()).get(pid)?.argv[0] === 'sleep');
    const reading = await readPsProcesses(candidate => candidate.pid === pid);
    const seen = reading.ok ? reading.value.find(each => each.pid === pid) : undefined;
    const { ppid, pgid, sid, state, uid, name, argv } = (await tableOf()).get(pid) ?? {};
    expect(seen).toMatchObject({ ppid, pgid, sid, state, uid, name, argv });
    expect(Math.abs((seen?.startedAt ?? 0) - Date.now())).toBeLessThan(15_000);
    expect(seen?.rssBytes).toBeGreaterThan(100_000);
  });

  it('parses a line of ps, whatever its locale and time zone', () => {
    const line = '  77   10   11   12  1000    5  2048 pts/3    Ssl+ Sat Nov 21 03:00:00 2026';
    expect(parsePsLine(line)).toMatchObject({
      pid: 77,
      ppid: 10,
      pgid: 11,
      sid: 12,
      uid: 1000,
      threads: 5,
      rssBytes: 2_097_152,
      tty: 1,
      state: 'S',
      startedAt: Date.parse('2026-11-21T03:00:00Z'),
    });
    expect(parsePsLine('')).toBeUndefined();
  });
});

describe('an inherited mark', () => {
  it('of tmux has the server’s pid before the last comma', () => {
    expect(parseTmux('/tmp/tmux-0/default,4000,3')).toEqual({
      socketPath: '/tmp/tmux-0/default',
      serverPid: 4000,
      session: 3,
    });
    for (const text of [undefined, '', 'x', ',,', '/s,a,1'])
      expect(parseTmux(text)).toBeUndefined();
  });

  it('of systemd is the innermost service, and not the user manager', () => {
    expect(
      parseService('0::/user.slice/user-1000.slice/user@1000.service/app.slice/mcp.service\n'),
    ).toBe('mcp.service');
    expect(parseService('0::/user.slice/user-1000.slice/user@1000.service\n')).toBeUndefined();
    expect(parseService('0::/user.slice/user-1000.slice/session-3.scope\n')).toBeUndefined();
    expect(parseService('')).toBeUndefined();
  });

  it('of systemd is the scope of a tmux pane, in both cgroup versions, including child cgroups', () => {
    const scope = 'tmux-spawn-0b7e2f1c-6d1e-4c7e-9d55-0f6c2d1a9b3e.scope';
    const path = `/user.slice/user-1000.slice/user@1000.service/app.slice/${scope}`;
    expect(parseScope(`0::${path}\n`)).toBe(scope);
    expect(parseScope(`0::${path}/container/inner\n`)).toBe(scope);
    expect(parseScope(`2:cpu:/\n1:name=systemd:${path}\n0::/\n`)).toBe(scope);
    expect(parseScope(`0::/a/tmux-spawn-1.scope/${scope}\n`)).toBe(scope);
    for (const other of [
      '',
      '0::/\n',
      '0::/user.slice/session-3.scope\n',
      `0::/not-${scope}\n`,
      `0::/${scope}x\n`,
      '0::/tmux-spawn-.service\n',
    ])
      expect(parseScope(other)).toBeUndefined();
  });
});

it('the installed ps has every column that is read', () => {
  expect(() => execFileSync('ps', ['-axo', 'pid=,nlwp=,lstart='], { stdio: 'pipe' })).not.toThrow();
});
