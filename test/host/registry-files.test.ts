/** Registry files beside writers that do not wait for vigil. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holderOf, readLocks } from '../../source/host/lock/lock-holders.ts';
import { createRegistriesReader } from '../../source/host/registry/files.ts';
import { findWorkspaces } from '../../source/host/workspace/workspaces.ts';
import { eventually } from '../helpers/eventually.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

let directory: string;
let workspace: Workspace;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  workspace = createWorkspace(directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const reader = () => createRegistriesReader([workspace.path], []);

/** Like the orchestrator: flock on the file itself, then a write in place. */
const writer = `
import fcntl, json, sys
path, ready = sys.argv[1], sys.argv[2]
count = 0
while True:
    with open(path, 'r+') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        registry = json.load(file)
        count += 1
        registry['writes'] = count
        registry['filler'] = 'x' * (count * 7919 % 60000)
        file.seek(0)
        json.dump(registry, file, indent=2)
        file.truncate()
    if count == 3: open(ready, 'w').write('ready')
`;

it('a registry is complete in every poll beside a writer at full speed', async () => {
  const file = workspace.writeTask('TASK-1', [{ id: 'a-1' }, { id: 'b-2' }]);
  const ready = join(directory, 'ready');
  const child = spawn('python3', ['-c', writer, file, ready], { stdio: 'ignore' });
  try {
    await eventually('the writer writes', () => statSync(ready, { throwIfNoEntry: false }));
    const registries = reader();
    for (let look = 0; look < 200; look++) {
      const [found] = (await registries()).registries;
      expect(found?.reading).toMatchObject({ ok: true });
      expect(found?.reading.ok && found.reading.value.entries.map(entry => entry.id)).toEqual([
        'a-1',
        'b-2',
      ]);
    }
  } finally {
    child.kill('SIGKILL');
  }
});

it('a registry is re-read only when it has changed, and always then', async () => {
  const file = workspace.writeTask('TASK-1', [{ id: 'a-1', status: 'working' }]);
  workspace.age();
  const registries = reader();
  const first = (await registries()).registries[0]?.reading;
  expect((await registries()).registries[0]?.reading).toBe(first);
  writeFileSync(file, readFileSync(file, 'utf8').replace('working', 'blocked'));
  const [changed] = (await registries()).registries;
  expect(changed?.reading.ok && changed.reading.value.entries[0]?.status).toBe('blocked');
});

it('a registry reading names the holder of the writers’ lock, without touching it', async () => {
  const file = workspace.writeTask('TASK-1', [{ id: 'a-1' }]);
  const ready = join(directory, 'ready');
  const program = `
import fcntl, sys, signal
file = open(sys.argv[1], 'r+')
fcntl.flock(file, fcntl.LOCK_EX)
open(sys.argv[2], 'w').write('ready')
signal.pause()
`;
  const child = spawn('python3', ['-c', program, file, ready], { stdio: 'ignore' });
  try {
    await eventually('the lock is held', () => statSync(ready, { throwIfNoEntry: false }));
    const [found] = (await reader()()).registries;
    expect(found?.lockedBy).toBe(`pid ${child.pid} (flock, write)`);
    expect(found?.reading.ok).toBe(true);
  } finally {
    child.kill('SIGKILL');
  }
  const { dev, ino } = statSync(file, { bigint: true });
  await eventually(
    'the lock is free',
    async () => holderOf(await readLocks(), dev, ino) === undefined,
  );
});

it('a poll reports that an SQLite registry exists and cannot be read', async () => {
  writeFileSync(join(workspace.path, 'registry', 'state.sqlite3'), 'SQLite format 3\0');
  const [found] = (await reader()()).registries;
  expect(found).toMatchObject({ kind: 'sqlite', reading: { ok: false } });
});

it('a poll shows a removed workspace as a problem', async () => {
  const registries = reader();
  rmSync(workspace.path, { recursive: true });
  const { problems } = await registries();
  expect(problems).toMatchObject([{ source: 'workspace', unread: true }]);
});

it('a workspace is found upward from the current directory, or where it is named', () => {
  const { path } = workspace;
  expect(findWorkspaces([], join(path, 'registry')).workspaces).toEqual([path]);
  expect(findWorkspaces([], directory).workspaces).toEqual([path]);
  expect(findWorkspaces([directory, path], '/').workspaces).toEqual([path]);
  expect(findWorkspaces(['registry'], path)).toMatchObject({
    workspaces: [],
    problems: [{ unread: true }],
  });
  expect(findWorkspaces([], '/').workspaces).toEqual([]);
});
