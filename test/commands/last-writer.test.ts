/** The last writer of a registry in `vigil doctor`: read from the audit log, and only if it can
 * be known. */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeJournal } from '../../source/host/registry/journal.ts';
import { orchestrator } from '../helpers/programs.ts';
import { start } from '../helpers/registry-file.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { vigil } from '../helpers/vigil.ts';
import { agentId, createWorkspace, type Workspace } from '../helpers/workspace.ts';

const task = 'TASK-1';
const ghost = agentId('ghost', 1);
let directory: string;
let workspace: Workspace;
let server: TmuxServer;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-writer-'));
  mkdirSync(join(directory, 'state'));
  workspace = createWorkspace(directory);
  workspace.writeTask(task, [{ id: ghost, count: 0 }]);
  workspace.writeGlobal({});
  workspace.age();
  server = startTmux();
  server.session('people');
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

const log = () => join(directory, 'state', 'vigil', 'vigil.log');
const run = (...words: string[]) =>
  vigil([...words, '-w', workspace.path, '-L', server.name], {
    env: { XDG_STATE_HOME: join(directory, 'state') },
  });

async function detailOf(path: string): Promise<string> {
  const { checks } = JSON.parse((await run('doctor', '--json')).stdout);
  return checks.find(({ name }: { name: string }) => name === path).detail;
}

it('a registry that vigil never wrote has a time and no writer', async () => {
  expect(await detailOf(workspace.taskFile(task))).toMatch(/, last changed \S+Z, not locked/);
});

it('vigil’s own change is shown with its command and pid, and is in the log', async () => {
  expect(await run('reconcile', '--yes')).toMatchObject({ code: 0, stderr: '' });
  const lines = readFileSync(log(), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
    .filter(({ registry }) => registry !== undefined);
  expect(lines.map(({ registry, command }) => [registry, command])).toEqual([
    [workspace.taskFile(task), 'reconcile'],
    [workspace.globalFile, 'reconcile'],
  ]);
  for (const { registry, by } of lines)
    expect(await detailOf(registry)).toContain(` by vigil reconcile (pid ${by.pid}), not locked`);
});

it('a later change by another program is shown as such, for that registry only', async () => {
  expect((await start(orchestrator, [workspace.taskFile(task), ghost, 1]).ended).code).toBe(0);
  expect(await detailOf(workspace.taskFile(task))).toContain(' by another program, not locked');
  expect(await detailOf(workspace.globalFile)).toContain(' by vigil reconcile (pid ');
});

it('an interrupted write that was recovered counts as vigil’s', async () => {
  const path = workspace.taskFile(task);
  const base = readFileSync(path);
  const next = Buffer.from(String(base).replace('"priority"', '"PRIORITY"').concat('\n'));
  writeJournal(path, { base, next });
  await run('reconcile', '--yes');
  expect(readFileSync(path).equals(next)).toBe(true);
  expect(await detailOf(path)).toContain(' by vigil reconcile (pid ');
});

it('truncated and foreign lines of the log are skipped', async () => {
  appendFileSync(log(), '{"registry": 7}\n{"registry":"x","modified":1}\n{"registry":"/x","mod');
  expect(await detailOf(workspace.globalFile)).toContain(' by vigil reconcile (pid ');
});
