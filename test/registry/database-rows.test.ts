/** One row of a database that cannot be read or changed, and its lock beside those of the JSON files. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRegistriesReader } from '../../source/host/registry/files.ts';
import { createRegistryStore } from '../../source/host/registry/store.ts';
import { type Python, startPython, type TestDatabase } from '../helpers/database.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { vigil } from '../helpers/vigil.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

let python: Python;
let server: TmuxServer;
beforeAll(() => {
  python = startPython();
  server = startTmux();
  server.session('people');
});
afterAll(() => {
  server?.close();
  python?.close();
});

let directory: string;
let workspace: Workspace;
let database: TestDatabase;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-rows-'));
  workspace = createWorkspace(directory);
  database = python.database(workspace.path);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const ghosts = ['a', 'b', 'c'].map(id => ({ id, status: 'working' }));

async function reconcile() {
  const options = ['-w', workspace.path, '-L', server.name, '--json', '--yes'];
  const run = await vigil(['reconcile', ...options], { env: { XDG_STATE_HOME: directory } });
  return { code: run.code, json: JSON.parse(run.stdout) };
}

type Change = { readonly agentId: string; readonly made: boolean };

it('a row that the database refuses to change does not keep the others from being changed', async () => {
  await database.fill('TASK-1', [...ghosts, { id: 'd', status: 'terminated' }]);
  await database.sql("CREATE UNIQUE INDEX only_one ON agents(status) WHERE agent_id IN ('b', 'd')");
  const { code, json } = await reconcile();
  expect(code).toBe(1);
  expect(json.changes.map(({ agentId, made }: Change) => [agentId, made])).toEqual([
    ...[
      ['a', true],
      ['b', false],
      ['c', true],
    ],
  ]);
  expect(json.errors.join()).toContain('UNIQUE');
  expect(Object.fromEntries(await database.statuses())).toEqual({
    ...{ a: 'terminated', b: 'working', c: 'terminated', d: 'terminated' },
  });
});

it('a value that is nested too deep counts as absent, in its own row alone', async () => {
  await database.fill('TASK-1', ghosts);
  const deep = `${'['.repeat(70)}${']'.repeat(70)}`;
  await database.sql(`UPDATE agents SET tracked_files = '${deep}' WHERE agent_id = 'b'`);
  const { registries } = await createRegistriesReader([workspace.path], [])();
  const reading = registries.find(({ kind }) => kind === 'sqlite')?.reading;
  expect(reading).toMatchObject({ ok: true });
  const entries = reading?.ok ? reading.value.entries : [];
  expect(entries.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect((await reconcile()).code).toBe(0);
  expect(new Set((await database.statuses()).values())).toEqual(new Set(['terminated']));
});

it('a database in which nothing was created yet does not keep agents in JSON from being changed', async () => {
  mkdirSync(dirname(database.path), { recursive: true });
  writeFileSync(database.path, '');
  workspace.writeTask('TASK-1', ghosts);
  workspace.writeGlobal({ 'TASK-1': ghosts });
  workspace.age();
  const { code, json } = await reconcile();
  expect([code, json.errors]).toEqual([0, []]);
});

it('no JSON file stays locked while another program writes the database', async () => {
  await database.fill('TASK-1', ghosts);
  workspace.writeTask('TASK-1', ghosts);
  const path = workspace.taskFile('TASK-1');
  const held = await database.hold();
  const updating = createRegistryStore().update({
    files: [
      { path, scope: 'task' },
      { path: database.path, scope: 'database' },
    ],
    waitMs: 60_000,
    mutate: () => [{ path, edits: [{ at: ['agents', 0, 'status'], value: 'failed' }] }],
  });
  // Each waits a second at most for a lock that vigil takes again and again.
  for (let round = 0; round < 5; round++)
    await promisify(execFile)('flock', ['-w', '1', path, 'true']);
  await held.release();
  expect(await updating).toMatchObject({ kind: 'done', written: [path] });
});
