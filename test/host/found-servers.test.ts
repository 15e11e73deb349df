/** tmux servers that no socket leads to: found through their processes, and rescued if their socket was removed. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecogniser } from '../../source/core/programs/recognise.ts';
import { createProcReader } from '../../source/host/processes/proc-processes.ts';
import { recreateSocket } from '../../source/host/tmux/recreate-socket.ts';
import { createTmuxServers } from '../../source/host/tmux/tmux.ts';
import { eventually } from '../helpers/eventually.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';

let base: string;
let server: TmuxServer;
/** The server's socket, and where vigil is told to look: an empty directory. */
let port: ReturnType<typeof createTmuxServers>;
let usual: string | undefined;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  usual = process.env.TMUX_TMPDIR;
  process.env.TMUX_TMPDIR = join(base, 'other');
  mkdirSync(process.env.TMUX_TMPDIR);
  server = startTmux();
  server.session('one', 'sleep', '1000');
  port = createTmuxServers(join(base, 'empty'), { names: [], paths: [] });
});
afterEach(() => {
  server.close();
  if (usual === undefined) delete process.env.TMUX_TMPDIR;
  else process.env.TMUX_TMPDIR = usual;
  rmSync(base, { recursive: true, force: true });
});

const kindOf = createRecogniser();
const ownProcess = async (pid: number) => {
  const table = await createProcReader()();
  const found = table.ok ? table.value.find(each => each.pid === pid) : undefined;
  if (found === undefined) throw new Error(`there is no pid ${pid}`);
  return found;
};
const find = async (pid = server.pid()) => {
  const own = await ownProcess(pid);
  expect(kindOf(own).kind).toBe('tmux server');
  return port.find([own], await port.read());
};
const removedOf = async (pid: number) => {
  const { start } = await ownProcess(pid);
  return { pid, start, path: server.path, isTaken: false };
};

it('a server under another TMUX_TMPDIR is found by its process once, and then queried as any other', async () => {
  const reading = { ok: true, value: [{ sessionName: 'one', serverPid: server.pid() }] };
  const answer = { path: server.path, socket: server.path, reading };
  expect(await find()).toMatchObject({ lost: [], readings: [answer] });
  expect(await port.read()).toMatchObject([answer]);
  const pid = server.pid();
  server.tmux('kill-server');
  await eventually('it is gone', () => statOf(pid) === undefined);
  expect(await port.read()).toEqual([]);
  // Another server on its path is not the one that was found.
  server.session('two', 'sleep', '1000');
  expect(await port.read()).toEqual([]);
});

it('a server whose socket directory others may use is left out of every verdict', async () => {
  const pid = server.pid();
  chmodSync(dirname(server.path), 0o755);
  const { readings } = await find(pid);
  expect(readings).toMatchObject([{ path: server.path, leftOut: expect.any(String) }]);
  expect(await port.read()).toEqual([]);
  chmodSync(dirname(server.path), 0o700);
});

describe('a server whose socket was removed', () => {
  it('is found again and again, until it is rescued', async () => {
    const pid = server.pid();
    const removed = { pid, path: server.path, isTaken: false };
    expect((await find()).lost).toEqual([]);
    const own = await ownProcess(pid);
    // Its directory too, as a cleaner does that removes what is empty.
    rmSync(dirname(server.path), { recursive: true });
    for (let poll = 0; poll < 2; poll++) {
      const { lost, readings } = await port.find([own], await port.read());
      expect([lost, readings]).toMatchObject([[removed], []]);
    }
    expect(await recreateSocket(await removedOf(pid))).toEqual({ ok: true, value: true });
    expect(server.pid()).toBe(pid);
    expect((await find()).readings).toHaveLength(1);
  });

  it('is left alone if another server has its path', async () => {
    const own = await ownProcess(server.pid());
    rmSync(server.path);
    const taker = startTaker();
    try {
      const { lost } = await port.find([own], await port.read());
      expect(lost).toMatchObject([{ pid: own.pid, isTaken: true }]);
      const refused = await recreateSocket(await removedOf(own.pid));
      expect(refused).toEqual({ ok: false, reason: `another server has ${server.path} now` });
      expect(taker.pid()).not.toBe(own.pid);
    } finally {
      taker.tmux('kill-server');
    }
    // Its file stays, and nothing listens on it: now the path is free.
    expect(existsSync(server.path)).toBe(true);
    expect((await port.find([own], await port.read())).lost).toMatchObject([{ isTaken: false }]);
    expect(await recreateSocket(await removedOf(own.pid))).toEqual({ ok: true, value: true });
  });

  /** Another server of the same name, beside the one that has lost its socket. */
  function startTaker() {
    const tmux = (...words: string[]) =>
      execFileSync('tmux', ['-S', server.path, '-f', '/dev/null', ...words], { encoding: 'utf8' });
    tmux('new-session', '-d', '-s', 'taker', 'sleep', '1000');
    return { tmux, pid: () => Number(tmux('display-message', '-p', '#{pid}')) };
  }
});

describe('nothing is signalled', () => {
  it('that is no tmux server, or not the one that was found', async () => {
    const sleeper = spawn('sleep', ['1000'], { stdio: 'ignore' });
    const closed: number[] = [];
    sleeper.on('exit', code => closed.push(code ?? -1));
    try {
      const other = { ...(await removedOf(sleeper.pid ?? 0)) };
      const wrong = await recreateSocket(other);
      expect(wrong).toEqual({ ok: false, reason: 'it is not a tmux server of this user' });
      const earlier = { ...(await removedOf(server.pid())), start: '1' };
      expect(await recreateSocket(earlier)).toEqual({ ok: false, reason: 'it has exited' });
      expect([closed, statOf(sleeper.pid ?? 0)?.state]).toEqual([[], 'S']);
    } finally {
      sleeper.kill('SIGKILL');
    }
  });

  it('where its path has something else, or is another’s', async () => {
    const foreign = createServer().listen(join(base, 'listening'));
    await new Promise(resolve => foreign.on('listening', resolve));
    try {
      const own = await removedOf(server.pid());
      for (const path of [join(base, 'listening'), '/dev/null'])
        expect((await recreateSocket({ ...own, path })).ok).toBe(false);
    } finally {
      foreign.close();
    }
    expect(server.tmux('list-sessions', '-F', '#{session_name}').trim()).toBe('one');
  });
});
