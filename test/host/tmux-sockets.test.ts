/** Sockets with unusual names, and windows shared by two sessions. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { socketPathOf } from '../../source/host/tmux/socket-path.ts';
import { chosenSocket, createTmuxServers, parsePanes } from '../../source/host/tmux/tmux.ts';
import { eventually } from '../helpers/eventually.ts';
import { createStandIns, type StandIns } from '../helpers/stand-ins.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { vigil } from '../helpers/vigil.ts';
import { createWorkspace } from '../helpers/workspace.ts';

let server: TmuxServer;
let directory: string;
let standIns: StandIns;
beforeEach(() => {
  server = startTmux();
  standIns = createStandIns();
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
});
afterEach(() => {
  server.close();
  standIns.close();
  rmSync(directory, { recursive: true, force: true });
});

const readAll = (names: string[], paths: string[]) =>
  createTmuxServers(dirname(server.path), { names, paths }).read();

it('a server named twice, in any spelling, is queried once', async () => {
  server.session('one', 'sleep', '1000');
  const spelled = join(dirname(server.path), '.', server.name);
  const roundabout = `${dirname(server.path)}/../${dirname(server.path).split('/').at(-1)}/${server.name}`;
  for (const paths of [[spelled], [roundabout]]) {
    const readings = await readAll([server.name, server.name], paths);
    expect(readings).toHaveLength(1);
  }
});

it('a server has one path in any spelling, and is queried besides the chosen ones', async () => {
  server.session('one', 'sleep', '1000');
  const link = join(directory, 'link');
  symlinkSync(dirname(server.path), link);
  const around = join(link, server.name);
  expect(chosenSocket([], [around], {})).toBe(server.path);
  expect(chosenSocket([], [], { TMUX: `${around},1,0` })).toBe(server.path);
  expect(chosenSocket([server.name], [], { TMUX_TMPDIR: process.env.TMUX_TMPDIR })).toBe(
    server.path,
  );
  const found = { path: server.path, reading: { ok: true, value: [{ sessionName: 'one' }] } };
  expect(await readAll([], [around])).toMatchObject([{ ...found, socket: around }]);
  const other = createTmuxServers(directory, { names: [], paths: [] });
  const nobody = join(directory, 'nobody');
  expect(await other.readWith([around, nobody])).toMatchObject([
    found,
    { path: nobody, reading: { ok: true, value: [] } },
  ]);
  // A path too long for a socket address is queried as spelled.
  const deep = join(directory, 'x'.repeat(100));
  mkdirSync(deep);
  symlinkSync(deep, join(directory, 'short'));
  expect(socketPathOf(join(directory, 'short', 's'))).toBe(join(directory, 'short', 's'));
});

it('two servers whose sockets have one name in two directories are distinguished', async () => {
  server.session('agent_x', 'sleep', '1000');
  const other = join(directory, server.name);
  const tmux = (...words: string[]) =>
    execFileSync('tmux', ['-S', other, '-f', '/dev/null', ...words]);
  tmux('new-session', '-d', '-s', 'agent_x', 'sleep', '1000');
  try {
    // Both are below the directory used as tmux's own.
    const readings = await createTmuxServers('/tmp', {
      names: [],
      paths: [server.path, other],
    }).read();
    expect(readings.map(each => each.reading.ok)).toEqual([true, true]);
    expect(new Set(readings.map(each => each.socket)).size).toBe(2);
  } finally {
    tmux('kill-server');
  }
});

it('anything but a socket is a reading that says so', async () => {
  const plain = join(directory, 'plain');
  writeFileSync(plain, '');
  mkdirSync(join(directory, 'folder'));
  symlinkSync(join(directory, 'loop'), join(directory, 'loop'));
  for (const path of [plain, join(directory, 'folder'), join(directory, 'loop')])
    expect((await readAll([], [path]))[0]?.reading.ok).toBe(false);
});

it('other files in the socket directory are skipped', async () => {
  writeFileSync(join(directory, 'notes'), '');
  symlinkSync(server.path, join(directory, 'link'));
  expect(await createTmuxServers(directory, { names: [], paths: [] }).read()).toEqual([]);
});

it('an agent whose window a second session shares is live, and nothing is an orphan', async () => {
  const workspace = createWorkspace(standIns.directory);
  const { env, ready } = standIns.environment();
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  server.session('agent_b-2', 'env', ...settings, standIns.agent('claude'));
  await ready();
  workspace.writeTask('TASK-1', [{ id: 'b-2', status: 'working' }]);
  workspace.age();
  // As when a user watches an agent; tmux lists the pane with both.
  server.tmux('new-session', '-d', '-t', '=agent_b-2', '-s', 'agent_a-view');
  const run = await vigil(['list', '--json', '-w', workspace.path, '-L', server.name]);
  const { rows, totals } = JSON.parse(run.stdout);
  expect(rows.find((row: { agentId: string }) => row.agentId === 'b-2')).toMatchObject({
    class: 'live',
  });
  expect(totals).toMatchObject({ live: 1, orphan: 0, husk: 0 });
});

it('a session name keeps every character, including a separator', () => {
  const fields = '4000,$1,1700000000,2,,,3,1700000100,%1,4100,1,'.split(',');
  const [pane] = parsePanes(`${[...fields, 'a|s|b|s|'].join('|s|')}\n`, '|s|');
  expect(pane).toMatchObject({ sessionName: 'a|s|b|s|', attached: 2, windows: 3, dead: true });
});

it('a server that returns on the socket of a killed one is found again', async () => {
  const tmux = createTmuxServers(dirname(server.path), { names: [server.name], paths: [] });
  const namesNow = async () => {
    const [found] = await tmux.read();
    return found?.reading.ok ? found.reading.value.map(pane => pane.sessionName) : undefined;
  };
  for (const name of ['first', 'second', 'third']) {
    server.session(name, 'sleep', '1000');
    expect(await namesNow()).toEqual([name]);
    process.kill(server.pid(), 'SIGKILL');
    await eventually('the killed one is no server', async () => (await namesNow())?.length === 0);
    // A second poll of the socket file it left behind.
    expect(await namesNow()).toEqual([]);
  }
});

it('a server without sessions is no failure, and its first session is found', async () => {
  server.tmux('start-server', ';', 'set-option', '-g', 'exit-empty', 'off');
  const tmux = createTmuxServers(dirname(server.path), { names: [server.name], paths: [] });
  for (let look = 0; look < 2; look++)
    expect((await tmux.read())[0]?.reading).toEqual({ ok: true, value: [] });
  server.session('late', 'sleep', '1000');
  const [found] = await tmux.read();
  expect(found?.reading).toMatchObject({ ok: true, value: [{ sessionName: 'late' }] });
});
