/** Details of a row on real processes: directories, ports, registry entries, files that are
 * traps, the pane. */
import { execFileSync, spawn } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Subject } from '../../source/core/model/inspection.ts';
import { parseStat } from '../../source/host/processes/proc-stat.ts';
import { inspect } from '../../source/host/run/inspect.ts';
import { eventually } from '../helpers/eventually.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

const task = 'TASK-1';
let directory: string;
let workspace: Workspace;
const closing: (() => void)[] = [];
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'vigil-inspect-')));
  workspace = createWorkspace(directory);
  workspace.writeTask(task, [{ id: 'alpha-1', status: 'working', progress: 40, model: 'opus' }]);
  for (const place of ['logs', 'progress', 'findings'])
    mkdirSync(join(workspace.path, task, place), { recursive: true });
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(directory, { recursive: true, force: true });
});

const startOf = (pid: number) => {
  const bytes = readFileSync(`/proc/${pid}/stat`);
  return parseStat(bytes, bytes.length)?.start ?? '';
};
const subject = (more: Partial<Subject> = {}): Subject => ({
  key: 'agent:alpha-1',
  aspect: 'detail',
  agentId: 'alpha-1',
  processes: [],
  registries: [],
  tails: [],
  ...more,
});
const tailAt = (path: string, place = 'logs' as const) => ({
  ...{ workspace: workspace.path, task, agentId: 'alpha-1', place, path },
  name: 'log' as const,
});
const tailOf = async (path: string) =>
  (await inspect(subject({ tails: [tailAt(path)] }))).tails[0]?.lines;
const write = (path: string, text: string) => writeFileSync(join(workspace.path, task, path), text);

it('shows each process’s working directory and listening ports', async () => {
  const child = spawn(
    process.execPath,
    [
      '-e',
      'require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })',
    ],
    { cwd: directory, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  closing.push(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', text => {
    said += text;
  });
  await eventually('it listens', () => said.endsWith('\n'));
  const pid = child.pid as number;
  const found = await inspect(subject({ processes: [{ pid, start: startOf(pid) }] }));
  expect(found.directories.get(pid)).toBe(directory);
  expect(found.ports.get(pid)).toEqual({ ok: true, value: [Number(said)] });
});

it('has nothing for a process that is gone', async () => {
  const found = await inspect(subject({ processes: [{ pid: 4_194_000, start: '1' }] }));
  expect(found.directories.size).toBe(0);
});

it('shows the entry in each registry, including fields unknown to vigil', async () => {
  workspace.writeGlobal({ 'alpha-1': { status: 'running', __proto__: null } });
  const registries = [workspace.taskFile(task), workspace.globalFile, join(directory, 'none')];
  const { records } = await inspect(subject({ registries }));
  const fields = records.map(({ fields: each }) => (each.ok ? new Map(each.value) : each.reason));
  expect(fields[0]).toEqual(expect.any(Map));
  expect(Object.fromEntries(fields[0] as Map<string, string>)).toMatchObject({
    ...{ id: 'alpha-1', status: 'working', progress: '40', model: 'opus' },
  });
  expect(fields[1]).toEqual(new Map([['status', 'running']]));
  expect(fields[2]).toBe('no such file');
});

describe('the end of a file', () => {
  it('is its last lines, whatever its size', async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `line ${index}`);
    write('logs/alpha-1_stream.jsonl', `${lines.join('\n')}\n`);
    const tail = await tailOf('logs/alpha-1_stream.jsonl');
    expect(tail).toEqual({ ok: true, value: lines.slice(-50) });
  });

  it('of one endless line has no partial line', async () => {
    write('logs/alpha-1_stream.jsonl', 'x'.repeat(1_000_000));
    expect(await tailOf('logs/alpha-1_stream.jsonl')).toEqual({ ok: true, value: [] });
  });

  it('is no error if the file does not exist', async () => {
    expect(await tailOf('logs/alpha-1_stream.jsonl')).toEqual({ ok: true, value: undefined });
  });

  it.each([
    ['/etc/passwd', 'not directly in '],
    ['../../alpha-1', 'not directly in '],
    ['logs/other-1_stream.jsonl', 'not one of the agent’s own files'],
  ])('is not read at %s', async (path, reason) => {
    const tail = await tailOf(path);
    expect(tail).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('is not read through a link, from a pipe or from a directory', async () => {
    const place = join(workspace.path, task, 'logs');
    const log = join(place, 'alpha-1_stream.jsonl');
    for (const put of [
      () => symlinkSync('/etc/passwd', log),
      () => execFileSync('mkfifo', [log]),
      () => mkdirSync(log),
    ]) {
      put();
      expect((await tailOf('logs/alpha-1_stream.jsonl'))?.ok).toBe(false);
      rmSync(log, { recursive: true });
    }
  });

  it('is read even with a second hard link: reading does no harm', async () => {
    const log = 'logs/alpha-1_stream.jsonl';
    write(log, 'one\n');
    linkSync(join(workspace.path, task, log), join(directory, 'second'));
    expect(await tailOf(log)).toEqual({ ok: true, value: ['one'] });
  });
});

describe('the screen of its pane', () => {
  let server: TmuxServer;
  beforeEach(() => {
    server = startTmux();
    closing.push(() => server.close());
  });
  const screenOf = async (serverPid: number, id: string) =>
    (await inspect(subject({ pane: { socketPath: server.path, serverPid, id } }))).screen;

  it('is its visible text, without trailing blank lines', async () => {
    server.session('agent_alpha-1', 'sh', '-c', 'echo one; echo; echo two; exec cat');
    const pane = server.tmux('list-panes', '-t', '=agent_alpha-1:', '-F', '#{pane_id}').trim();
    await eventually('it is written', async () => {
      const screen = await screenOf(server.pid(), pane);
      return screen?.ok === true && screen.value.includes('two');
    });
    expect(await screenOf(server.pid(), pane)).toEqual({ ok: true, value: ['one', '', 'two'] });
  });

  it('is read only from this same server, and only if the pane exists', async () => {
    server.session('agent_alpha-1', 'cat', '-');
    const pane = server.tmux('list-panes', '-t', '=agent_alpha-1:', '-F', '#{pane_id}').trim();
    expect(await screenOf(1, pane)).toEqual({
      ok: false,
      reason: 'the tmux server was replaced',
    });
    expect(await screenOf(server.pid(), '%999')).toMatchObject({ ok: false });
  });
});

describe('a whole log', () => {
  const logOf = (more: Partial<Subject> = {}) =>
    inspect(subject({ aspect: 'log', tails: [tailAt('logs/alpha-1_stream.jsonl')], ...more }));

  it('is the last 256 KB of the file, and at most 5000 lines', async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `line ${index}`);
    write('logs/alpha-1_stream.jsonl', `${lines.join('\n')}\n`);
    expect((await logOf()).tails).toEqual([
      { name: 'log', lines: { ok: true, value: lines.slice(-5000) } },
    ]);
    const long = Array.from({ length: 600 }, (_, index) => `${index} ${'x'.repeat(1000)}`);
    write('logs/alpha-1_stream.jsonl', `${long.join('\n')}\n`);
    const [tail] = (await logOf()).tails;
    const value = tail?.lines.ok ? tail.lines.value : undefined;
    expect(value).toEqual(long.slice(-(value?.length ?? 0)));
    const bytes = Buffer.byteLength(value?.join('\n') ?? '');
    expect(bytes).toBeGreaterThan(255 * 1024);
    expect(bytes).toBeLessThanOrEqual(256 * 1024);
  });

  it('without a file is what the pane shows, with its history', async () => {
    const server = startTmux();
    closing.push(() => server.close());
    server.session('agent_alpha-1', 'sh', '-c', 'seq 1 200; exec cat');
    const id = server.tmux('list-panes', '-t', '=agent_alpha-1:', '-F', '#{pane_id}').trim();
    const pane = { socketPath: server.path, serverPid: server.pid(), id };
    const all = Array.from({ length: 200 }, (_, index) => String(index + 1));
    const shown = await eventually('all of it is printed', async () => {
      const { screen } = await logOf({ pane });
      return screen?.ok === true && screen.value.includes('200') ? screen : undefined;
    });
    expect(shown).toEqual({ ok: true, value: all });
    write('logs/alpha-1_stream.jsonl', 'one\n');
    expect((await logOf({ pane })).screen).toBeUndefined();
  });
});
