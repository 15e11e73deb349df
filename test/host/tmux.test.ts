/** tmux: real servers on private sockets. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTmuxServers, parsePanes, socketDirectory } from '../../source/host/tmux/tmux.ts';
import { eventually } from '../helpers/eventually.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';

let server: TmuxServer;
let directory: string;
beforeEach(() => {
  server = startTmux();
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
});
afterEach(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

const reader = (names: string[] = [server.name], paths: string[] = []) =>
  createTmuxServers(dirname(server.path), { names, paths });

it('gives every pane with its session, its pids and its times', async () => {
  server.session('agent_a-1', 'sleep', '1000');
  server.tmux('split-window', '-d', '-t', '=agent_a-1:', 'sleep', '1000');
  const [found] = await reader().read();
  const panes = found?.reading.ok ? found.reading.value : [];
  expect(panes).toHaveLength(2);
  expect(panes[0]).toMatchObject({
    sessionName: 'agent_a-1',
    serverPid: server.pid(),
    attached: 0,
    dead: false,
  });
  expect(Math.abs(Date.now() - (panes[0]?.createdAt ?? 0))).toBeLessThan(10_000);
  expect(panes.map(pane => pane.panePid)).toEqual(
    server.tmux('list-panes', '-a', '-F', '#{pane_pid}').trim().split('\n').map(Number),
  );
});

it('keeps names with spaces, separators and letters of every script whole', async () => {
  const names = ['a b', 'x|y#{pid}', '仕事', 'tab\there'];
  for (const name of names) server.session(name, 'sleep', '1000');
  const [found] = await reader().read();
  const seen = found?.reading.ok ? found.reading.value.map(pane => pane.sessionName) : [];
  const told = server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
  expect(seen.sort()).toEqual(told.sort());
  expect(seen).toContain('仕事');
});

it('of a name that no socket ever had is not read: the name may be wrong', async () => {
  const [found] = await reader(['vigil-test-typo']).read();
  expect(found?.reading).toMatchObject({ ok: false, reason: expect.stringContaining('typo') });
});

it('is an empty list where a socket file was left behind, also when that is gone, and where no socket is named', async () => {
  expect((await reader(['vigil-test-nobody']).read())[0]?.reading).toEqual({ ok: true, value: [] });
  const left = join(directory, 'left');
  // The socket file outlives a process that is killed.
  const child = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(left)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ]);
  await new Promise(resolve => child.on('close', resolve));
  const tmux = reader([], [left]);
  for (const work of [() => undefined, () => rmSync(left)]) {
    work();
    expect((await tmux.read())[0]?.reading).toEqual({ ok: true, value: [] });
  }
  expect(await createTmuxServers('/nonexistent', { names: [], paths: [] }).read()).toEqual([]);
});

it('finds every server of a socket directory by itself', async () => {
  server.session('one', 'sleep', '1000');
  const found = await createTmuxServers(dirname(server.path), { names: [], paths: [] }).read();
  expect(found.map(each => each.socket)).toContain(server.name);
});

it('that is stopped is a reading that says so after 2 s, and heals', async () => {
  server.session('one', 'sleep', '1000');
  const tmux = reader();
  await tmux.read();
  const pid = server.pid();
  process.kill(pid, 'SIGSTOP');
  try {
    const started = performance.now();
    expect((await tmux.read())[0]?.reading).toMatchObject({
      ok: false,
      reason: 'no answer within 2 s',
    });
    expect(performance.now() - started).toBeLessThan(4000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await eventually('it answers again', async () => (await tmux.read())[0]?.reading.ok);
});

it('that is no tmux at all is a reading that says why', async () => {
  const path = join(directory, 'other');
  const other = createServer(socket => socket.on('error', () => {}).end('hello\n')).listen(path);
  await new Promise(resolve => other.once('listening', resolve));
  const [found] = await reader([], [path]).read();
  other.close();
  expect(found?.reading.ok).toBe(false);
});

it('lines that lack a field are left out', () => {
  const line = [
    ...['4000', '$1', '1700000000', '0', '2', '1', '1700000100', '%1', '4100', '0'],
    ...['a-1:u:4100', 'a|b'],
  ].join('|s|');
  expect(parsePanes(`${line}\nbroken\n\n`, '|s|')).toEqual([
    {
      serverPid: 4000,
      sessionId: '$1',
      sessionName: 'a|b',
      createdAt: 1.7e12,
      // Somebody sees it through a grouped session.
      attached: 2,
      activityAt: 1_700_000_100_000,
      paneId: '%1',
      panePid: 4100,
      dead: false,
      agentOption: 'a-1:u:4100',
    },
  ]);
});

it('looks where tmux itself would', () => {
  expect(socketDirectory({}, 1000)).toBe('/tmp/tmux-1000');
  expect(socketDirectory({ TMUX_TMPDIR: '/run/x' }, 0)).toBe('/run/x/tmux-0');
});
