/** Two workspaces and three tmux servers in one view: one server under another TMUX_TMPDIR, one without its socket. Each
 * agent is there once, and what ends one touches nothing in the others. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { createEvidenceWorld, type EvidenceWorld } from '../helpers/evidence-world.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { vigil } from '../helpers/vigil.ts';
import { createWorkspace } from '../helpers/workspace.ts';

let world: EvidenceWorld;
let far: TmuxServer | undefined;
beforeEach(() => {
  world = createEvidenceWorld();
});
afterEach(() => {
  far?.close();
  far = undefined;
  world.close();
});

/** A server of the same name under another TMUX_TMPDIR. */
function startFar(): TmuxServer {
  const before = process.env.TMUX_TMPDIR;
  process.env.TMUX_TMPDIR = join(world.directory, 'far');
  mkdirSync(process.env.TMUX_TMPDIR);
  const server = startTmux();
  process.env.TMUX_TMPDIR = before;
  return server;
}

type Place = { readonly project: string; readonly workspace: ReturnType<typeof createWorkspace> };

type JsonRow = {
  readonly key: string;
  readonly class: string;
  readonly agentId: string | null;
  readonly workspace: string | null;
  readonly session: { readonly socket: string } | null;
  readonly processes: readonly { readonly pid: number }[];
};

it('of one id in two workspaces, each has the agent in its project, and a copy has none', async () => {
  const [first, second, copy] = ['first', 'second', 'copy'].map(name => {
    const project = join(world.directory, name);
    mkdirSync(project);
    const workspace = createWorkspace(project);
    workspace.writeTask('TASK-1', [{ id: 'same-1' }]);
    workspace.age();
    return { project, workspace };
  }) as [Place, Place, Place];
  far = startFar();
  const start = async ({ project }: Place, server: TmuxServer) => {
    const started = world.program('claude');
    server.tmux('new-session', '-d', '-s', 'agent_same-1', '-c', project, ...started.argv);
    return started.pid();
  };
  const inFirst = await start(first, world.server);
  const inSecond = await start(second, far);
  const run = (verb: string, ...words: string[]) =>
    vigil([verb, ...words], { env: { XDG_STATE_HOME: join(world.directory, 'state') } });
  const rowsIn = async (...places: readonly Place[]) => {
    const named = places.flatMap(({ workspace }) => ['-w', workspace.path]);
    const { rows } = JSON.parse((await run('list', '--json', ...named)).stdout);
    return (rows as JsonRow[])
      .filter(({ agentId }) => agentId === 'same-1')
      .map(row => [row.workspace, row.class, row.processes.map(({ pid }) => pid)]);
  };
  expect((await rowsIn(first, second)).sort()).toEqual([
    [first.workspace.path, 'live', [inFirst]],
    [second.workspace.path, 'live', [inSecond]],
  ]);
  expect(await rowsIn(copy)).toEqual([[copy.workspace.path, 'ghost', []]]);
  const closed = await run('shutdown', '--yes', '-w', copy.workspace.path);
  expect([closed.code, isAlive(inFirst), isAlive(inSecond)]).toEqual([0, true, true]);
  const killed = await run('kill', 'same-1', '--yes', '-w', second.workspace.path);
  expect([killed.code, isAlive(inFirst), isAlive(inSecond)]).toEqual([0, true, false]);
});

it('each agent is one row, a kill touches nothing else, and the server without a socket is rescued', async () => {
  const lost = world.another();
  far = startFar();
  const project = join(world.directory, 'second');
  mkdirSync(project);
  const second = createWorkspace(project);
  const near = await world.run('agent_near-1', 'claude');
  const inLost = await world.run('agent_lost-1', 'claude', lost);
  const started = world.program('claude');
  // Where it works, its workspace is found.
  far.session('people', 'sleep', '1000');
  far.tmux('new-session', '-d', '-s', 'agent_far-1', '-c', project, ...started.argv);
  const inFar = await started.pid();
  world.record({
    [world.task]: [
      { id: 'near-1' },
      { id: 'lost-1', tracked_processes: [world.identityOf(inLost)] },
    ],
  });
  second.writeTask('TASK-2', [{ id: 'far-1' }]);
  second.age();
  rmSync(lost.path);

  const rowsNow = async () => {
    const { code, stderr, stdout } = await world.vigil('list', '--json', '--discover');
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as { rows: JsonRow[]; problems: { message: string }[] };
  };
  const { rows, problems } = await rowsNow();
  const own = world.workspace.path;
  expect(
    rows
      .map(row => [
        ...[row.agentId, row.class, row.workspace, row.session?.socket],
        row.processes.map(({ pid }) => pid),
      ])
      .sort(),
  ).toEqual([
    ['far-1', 'live', second.path, far.path, [inFar]],
    ['lost-1', 'live', own, undefined, [inLost]],
    ['near-1', 'live', own, world.server.name, [near]],
  ]);
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining(`its socket ${lost.path} was removed`),
  ]);

  const files = () =>
    [world.workspace.taskFile(world.task), world.workspace.globalFile].map(path =>
      readFileSync(path, 'utf8'),
    );
  const before = files();
  const killed = await world.vigil('kill', 'far-1', '--yes', '--discover');
  expect([killed.code, killed.stderr]).toEqual([0, '']);
  expect([near, inLost, inFar].map(isAlive)).toEqual([true, true, false]);
  expect(far.tmux('list-sessions', '-F', '#{session_name}').trim()).toBe('people');
  expect(JSON.parse(readFileSync(second.taskFile('TASK-2'), 'utf8')).agents).toMatchObject([
    { id: 'far-1', status: 'terminated' },
  ]);
  expect(files()).toEqual(before);

  const rescued = await world.vigil('doctor', '--rescue', '--yes', '--json');
  expect([rescued.code, JSON.parse(rescued.stdout)]).toMatchObject([
    0,
    { ok: true, targets: [{ pid: lost.pid(), path: lost.path, outcome: 'rescued' }] },
  ]);
  const after = await rowsNow();
  expect(after.problems).toEqual([]);
  expect(after.rows.find(({ agentId }) => agentId === 'lost-1')).toMatchObject({
    class: 'live',
    session: { socket: lost.name, serverPid: lost.pid() },
  });
});
