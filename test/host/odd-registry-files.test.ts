/** Other things at a registry's path: refused at once, named, left unchanged. */
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistriesReader } from '../../source/host/registry/files.ts';
import { eventually } from '../helpers/eventually.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

/** Four reads of a file that might be torn, with a margin for a busy machine. */
const boundMs = 1500;

let directory: string;
let workspace: Workspace;
let odd: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  workspace = createWorkspace(directory);
  workspace.writeTask('TASK-good', [{ id: 'a-1' }]);
  mkdirSync(join(workspace.path, 'TASK-odd'));
  odd = workspace.taskFile('TASK-odd');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const createReader = () => createRegistriesReader([workspace.path], []);

/** The result of one poll for the invalid file and the valid one beside it. */
async function look(reader = createReader()) {
  const started = performance.now();
  const { registries } = await reader();
  const readingOf = (path: string) => registries.find(each => each.path === path)?.reading;
  return {
    tookMs: performance.now() - started,
    odd: readingOf(odd),
    good: readingOf(workspace.taskFile('TASK-good')),
  };
}

describe('a registry that is not a regular file', () => {
  const kinds: readonly (readonly [string, () => void, string])[] = [
    ['a FIFO', () => void execFileSync('mkfifo', [odd]), 'not a regular file'],
    ['a directory', () => void mkdirSync(odd), 'not a regular file'],
    ['a link to a file', () => symlinkSync('/etc/hostname', odd), 'symbolic link'],
    ['a link to itself', () => symlinkSync(odd, odd), 'symbolic link'],
    ['a link to nothing', () => symlinkSync('/nowhere', odd), 'symbolic link'],
    ['a link to an endless device', () => symlinkSync('/dev/zero', odd), 'symbolic link'],
    ['200 MB of nothing', () => writeSparse(odd, 200e6), 'more than the 8 MB'],
    ['one byte too many', () => writeSparse(odd, 8 * 1024 * 1024 + 1), 'more than the 8 MB'],
    ['not UTF-8', () => writeFileSync(odd, Buffer.from([0x7b, 0xff, 0x7d])), 'not UTF-8'],
    ['UTF-16', () => writeFileSync(odd, '\ufeff{}', 'utf16le'), 'not UTF-8'],
    ['a surrogate in UTF-8', () => writeFileSync(odd, Buffer.from('eda080', 'hex')), 'not UTF-8'],
  ];
  for (const [title, make, reason] of kinds)
    it(`but ${title} is refused in bounded time, while the valid one is read`, async () => {
      make();
      const before = lstatSync(odd);
      const seen = await look();
      expect(seen.odd).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
      expect(seen.good?.ok).toBe(true);
      expect(seen.tookMs).toBeLessThan(boundMs);
      const { mtimeMs, size, mode } = lstatSync(odd);
      expect([mtimeMs, size, mode]).toEqual([before.mtimeMs, before.size, before.mode]);
    });

  it('but a socket is refused too', async () => {
    const server = createServer().listen(odd);
    await new Promise(resolve => server.once('listening', resolve));
    const seen = await look();
    server.close();
    expect(seen.odd).toMatchObject({ ok: false });
    expect(seen.good?.ok).toBe(true);
  });

  it('leaves no descriptor open, however often it is read', async () => {
    execFileSync('mkfifo', [odd]);
    const reader = createReader();
    await look(reader);
    const before = descriptorsIn(directory);
    for (let round = 0; round < 50; round++) await look(reader);
    expect(before).toEqual([]);
    expect(descriptorsIn(directory)).toEqual([]);
  });
});

describe('an incomplete registry', () => {
  it('is read when its writer has finished', async () => {
    const whole = JSON.stringify({ task_id: 'TASK-odd', agents: [{ id: 'b-2' }] });
    writeFileSync(odd, whole.slice(0, 20));
    const reader = createReader();
    expect((await look(reader)).odd).toMatchObject({ ok: false });
    const descriptor = openSync(odd, 'r+');
    writeSync(descriptor, whole, 0);
    closeSync(descriptor);
    expect((await look(reader)).odd).toMatchObject({
      ok: true,
      value: { entries: [{ id: 'b-2' }] },
    });
  });

  it('is a failed reading and never fewer agents, while it stays incomplete', async () => {
    for (const text of ['', '{"agents": [', '{"task_id": "TASK-odd", "agents": [{"id": "b-2"}']) {
      writeFileSync(odd, text);
      const seen = await look();
      expect(seen.odd?.ok).toBe(false);
      expect(seen.tookMs).toBeLessThan(boundMs);
    }
  });

  it('with a stopped writer that holds the lock does not delay the poll', async () => {
    writeFileSync(odd, '{"agents": [');
    const ready = join(directory, 'ready');
    const program =
      'import fcntl, os, signal, sys; f = open(sys.argv[1], "r+"); fcntl.flock(f, fcntl.LOCK_EX); open(sys.argv[2], "w").close(); os.kill(os.getpid(), signal.SIGSTOP)';
    const holder = spawn('python3', ['-c', program, odd, ready], { stdio: 'ignore' });
    try {
      await eventually('the lock is held', () => statSync(ready, { throwIfNoEntry: false }));
      const seen = await look();
      expect(seen.odd?.ok).toBe(false);
      expect(seen.good?.ok).toBe(true);
      expect(seen.tookMs).toBeLessThan(boundMs);
    } finally {
      holder.kill('SIGKILL');
    }
  });
});

it('a file replaced by another of the same size and age is read again', async () => {
  const write = (path: string, id: string) => {
    writeFileSync(path, JSON.stringify({ agents: [{ id }] }));
    execFileSync('touch', ['-d', '2026-01-01T00:00:00Z', path]);
  };
  write(odd, 'b-2');
  const reader = createReader();
  expect((await look(reader)).odd).toMatchObject({ value: { entries: [{ id: 'b-2' }] } });
  write(`${odd}.next`, 'c-3');
  renameSync(`${odd}.next`, odd);
  expect((await look(reader)).odd).toMatchObject({ value: { entries: [{ id: 'c-3' }] } });
  unlinkSync(odd);
  // A writer may have renamed it away for a moment.
  expect((await look(reader)).odd).toMatchObject({ ok: false });
  await eventually('it is gone', async () => (await look(reader)).odd === undefined);
});

it('a hard-linked registry is read like any other: only writing it is unsafe', async () => {
  writeFileSync(join(directory, 'other'), '{"agents": []}');
  linkSync(join(directory, 'other'), odd);
  expect((await look()).odd?.ok).toBe(true);
});

it('directories named like an unset variable, and tasks without a registry, are no problem', async () => {
  mkdirSync(join(workspace.path, `\${workspaceFolder}`));
  mkdirSync(join(workspace.path, 'TASK-empty'));
  writeFileSync(join(workspace.path, 'TASK-file'), 'no directory');
  const { registries, problems } = await createReader()();
  expect(registries.map(each => each.reading.ok)).toEqual([true]);
  expect(problems).toEqual([]);
});

it('a workspace that is a file, or inaccessible, is one problem', async () => {
  const path = join(directory, 'plain');
  writeFileSync(path, '');
  chmodSync(path, 0o644);
  const { registries, problems } = await createRegistriesReader([path], [])();
  expect(registries.filter(each => each.reading.ok)).toEqual([]);
  expect(problems.length).toBeGreaterThan(0);
});

function writeSparse(path: string, size: number): void {
  writeFileSync(path, '');
  truncateSync(path, size);
}

/** Our descriptors open below a directory. */
function descriptorsIn(below: string): string[] {
  return readdirSync('/proc/self/fd').flatMap(name => {
    try {
      const path = readlinkSync(`/proc/self/fd/${name}`);
      return path.startsWith(below) ? [path] : [];
    } catch {
      return [];
    }
  });
}
