/** Real tmux servers on private sockets. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { socketDirectory } from '../../source/host/tmux/socket-directory.ts';
import { createTmuxServers, parsePanes } from '../../source/host/tmux/tmux.ts';
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

it('a server is read with every pane and its session, pids and times', async () => {
  server.session('agent_a-1', 'sleep', '1000');
  server.tmux('split-window', '-d', '-t', '=agent_a-1:', 'sleep', '1000');
  server.tmux('new-window', '-d', '-t', '=agent_a-1:', 'sleep', '1000');
  const [found] = await reader().read();
  const panes = found?.reading.ok ? found.reading.value : [];
  expect(panes).toHaveLength(3);
  expect(panes[0]).toMatchObject({
    sessionName: 'agent_a-1',
    serverPid: server.pid(),
    attached: 0,
    windows: 2,
    dead: false,
  });
  expect(Math.abs(Date.now() - (panes[0]?.createdAt ?? 0))).toBeLessThan(10_000);
  expect(panes.map(pane => pane.panePid)).toEqual(
    server.tmux('list-panes', '-a', '-F', '#{pane_pid}').trim().split('\n').map(Number),
  );
});

it('a server keeps names with spaces, separators and letters of every script complete', async () => {
  const names = ['a b', 'x|y#{pid}', '仕事', 'tab\there'];
  for (const name of names) server.session(name, 'sleep', '1000');
  const [found] = await reader().read();
  const seen = found?.reading.ok ? found.reading.value.map(pane => pane.sessionName) : [];
  const told = server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
  expect(seen.sort()).toEqual(told.sort());
  expect(seen).toContain('仕事');
});

it('a server with a socket name that never existed is unread: the name may be wrong', async () => {
  const [found] = await reader(['vigil-test-typo']).read();
  expect(found?.reading).toMatchObject({ ok: false, reason: expect.stringContaining('typo') });
});

it('the result is an empty list for a leftover socket file, also after its removal, and without any socket', async () => {
  expect((await reader(['vigil-test-nobody']).read())[0]?.reading).toEqual({ ok: true, value: [] });
  const left = join(directory, 'left');
  // The socket file outlives a killed process.
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

it('every server is found in its socket directory', async () => {
  server.session('one', 'sleep', '1000');
  const found = await createTmuxServers(dirname(server.path), { names: [], paths: [] }).read();
  expect(found.map(each => each.socket)).toContain(server.name);
});

it('a server that is stopped is a reading that says so after 2 s, and recovers', async () => {
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

it('a server that is not tmux at all is a reading that says why', async () => {
  const path = join(directory, 'other');
  const other = createServer(socket => socket.on('error', () => {}).end('hello\n')).listen(path);
  await new Promise(resolve => other.once('listening', resolve));
  const [found] = await reader([], [path]).read();
  other.close();
  expect(found?.reading.ok).toBe(false);
});

it('incomplete lines are skipped', () => {
  const line = [
    ...['4000', '$1', '1700000000', '0', '2', '1', '3', '1700000100', '%1', '4100', '0'],
    ...['a-1:u:4100', 'a|b'],
  ].join('|s|');
  expect(parsePanes(`${line}\nbroken\n\n`, '|s|')).toEqual([
    {
      serverPid: 4000,
      sessionId: '$1',
      sessionName: 'a|b',
      createdAt: 1.7e12,
      // Watched through a grouped session.
      attached: 2,
      windows: 3,
      activityAt: 1_700_000_100_000,
      paneId: '%1',
      panePid: 4100,
      dead: false,
      agentOption: 'a-1:u:4100',
    },
  ]);
});

it('a socket is searched in the same directory as by tmux', () => {
  expect(socketDirectory({}, 1000)).toBe('/tmp/tmux-1000');
  expect(socketDirectory({ TMUX_TMPDIR: '/run/x' }, 0)).toBe('/run/x/tmux-0');
});

it('a server that has not run is not asked again, and every change in one shows at once', async () => {
  server.session('agent_a-1', 'sleep', '1000');
  const { read } = reader();
  const panes = async () => {
    const [found] = await read({ mayBeKept: true });
    return found?.reading.ok ? found.reading.value : [];
  };
  const isKept = async () => {
    const before = await panes();
    return before === (await panes());
  };
  await eventually('an answer is kept', isKept);
  server.tmux('rename-session', '-t', '=agent_a-1', 'other');
  expect((await panes())[0]?.sessionName).toBe('other');
  await eventually('an answer is kept', isKept);
  server.tmux('set-option', '-p', '-t', '=other:', '@vigil_agent', 'a-1:x');
  expect((await panes())[0]?.agentOption).toBe('a-1:x');
  await eventually('an answer is kept', isKept);
  server.tmux('split-window', '-d', '-t', '=other:', 'sleep', '1000');
  expect(await panes()).toHaveLength(2);
  server.tmux('kill-session', '-t', '=other');
  expect(await panes()).toEqual([]);
});
