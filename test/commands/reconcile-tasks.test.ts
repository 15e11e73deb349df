/** `vigil reconcile` of several tasks with one global registry: one update, task registries first. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startCareless, type Way } from '../helpers/careless-writer.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { cliPath, vigil, vigilEnv } from '../helpers/vigil.ts';
import { agentId, createWorkspace, type Workspace } from '../helpers/workspace.ts';

const tasks = ['TASK-1', 'TASK-2', 'TASK-3', 'TASK-4'];
const ghosts = 5;
const idsOf = (task: string) =>
  Array.from({ length: ghosts }, (_, index) => agentId(task.toLowerCase(), index));

let server: TmuxServer;
beforeAll(() => {
  server = startTmux();
  server.session('people');
});
afterAll(() => server.close());

let directory: string;
let workspace: Workspace;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-tasks-'));
  mkdirSync(join(directory, 'state'));
  workspace = createWorkspace(directory);
  const index: Record<string, object> = {};
  for (const task of tasks) {
    workspace.writeTask(
      task,
      idsOf(task).map(id => ({ id })),
    );
    for (const id of idsOf(task)) index[id] = { task_id: task, tmux_session: `agent_${id}` };
  }
  workspace.writeGlobal(index, { active_agents: tasks.length * ghosts });
  workspace.age();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const words = () => ['reconcile', '-w', workspace.path, '-L', server.name, '--yes'];
const env = () => ({ XDG_STATE_HOME: join(directory, 'state') });
const run = (...more: string[]) => vigil([...words(), ...more], { env: env() });

/** Statuses by task in its own registry, and in the global one. */
function statuses() {
  const index = JSON.parse(readFileSync(workspace.globalFile, 'utf8'));
  return tasks.map(task => {
    const { agents } = JSON.parse(readFileSync(workspace.taskFile(task), 'utf8'));
    const own = new Set(agents.map((each: { status: string }) => each.status));
    const indexed = new Set(idsOf(task).map(id => index.agents[id].status ?? 'fresh'));
    return [...own, ...indexed].join(' ');
  });
}

const closed = 'terminated terminated';

/** Registries in the order in which vigil wrote them. */
function writes(): string[] {
  return readFileSync(join(directory, 'state', 'vigil', 'vigil.log'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap(line => JSON.parse(line).registry ?? []);
}

it('writes each registry once, the task registries before the global one', async () => {
  const { code, stdout } = await run('--json');
  const { written } = JSON.parse(stdout);
  expect([code, statuses()]).toEqual([0, tasks.map(() => closed)]);
  const files = [...tasks.map(workspace.taskFile), workspace.globalFile];
  expect(written).toEqual(files);
  expect(writes().sort()).toEqual([...files].sort());
  expect(JSON.parse(readFileSync(workspace.globalFile, 'utf8')).active_agents).toBe(0);
});

it('an entry that the task has open and the global registry closed is closed in both', async () => {
  const index = Object.fromEntries(
    tasks.flatMap(task =>
      idsOf(task).map(id => [id, { task_id: task, tmux_session: `agent_${id}`, status: 'killed' }]),
    ),
  );
  workspace.writeGlobal(index, { active_agents: 0 });
  workspace.age();
  const { code, stdout } = await run('--json');
  const { changes } = JSON.parse(stdout);
  expect([code, statuses(), changes.length]).toEqual([0, tasks.map(() => closed), 4 * ghosts]);
});

it('killed before the global registry is written is completed by the next run', async () => {
  const inject = ['-f', '-qq', '-o', '/dev/null', '-P', workspace.globalFile];
  const { signal } = spawnSync(
    'strace',
    [...inject, '-e', 'inject=pwrite64:signal=KILL:when=1', process.execPath, cliPath, ...words()],
    { env: vigilEnv({ ...env(), UV_USE_IO_URING: '0' }), cwd: '/' },
  );
  expect(signal).toBe('SIGKILL');
  expect(statuses()).toEqual(tasks.map(() => 'terminated fresh'));
  for (const path of [...tasks.map(workspace.taskFile), workspace.globalFile])
    if (existsSync(`${path}.lock`)) utimesSync(`${path}.lock`, new Date(0), new Date(0));
  expect(await run()).toMatchObject({ code: 0, stderr: '' });
  expect(statuses()).toEqual(tasks.map(() => closed));
});

for (const way of ['replaces', 'truncates'] satisfies Way[])
  it(`beside a program that ${way} two of the registries loses no update of either`, async () => {
    const files = [workspace.taskFile('TASK-3'), workspace.globalFile];
    const writer = await startCareless(way, 20, files, directory);
    let code: number | null;
    try {
      ({ code } = await run());
    } finally {
      await writer.stop();
    }
    const { lost, beats } = writer.evidence();
    expect([code, lost, statuses()]).toEqual([0, [], tasks.map(() => closed)]);
    for (const file of files)
      expect(JSON.parse(readFileSync(file, 'utf8')).beat).toBe(beats.get(file));
  });
