/** `vigil deploy` on real tmux: what it creates, what it refuses, and limits under concurrency. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Deploys, nothing, startDeploys } from '../helpers/deploys.ts';
import { eventually } from '../helpers/eventually.ts';
import { vigil } from '../helpers/vigil.ts';
import { createWorkspace } from '../helpers/workspace.ts';

let ground: Deploys;
afterEach(() => ground.close());

const registry = () => JSON.parse(readFileSync(ground.workspace.taskFile(ground.task), 'utf8'));
const index = () => JSON.parse(readFileSync(ground.workspace.globalFile, 'utf8'));
const rows = async () => JSON.parse((await ground.run('list', '--json')).stdout).rows;

describe('a deploy', () => {
  it('is shown by list, and deploy → list → kill → list leaves only the registry entry', async () => {
    ground = startDeploys();
    const { code, stdout } = await ground.deploy('builder', '--json', '--', 'claude');
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      schema: 'vigil.deploy/1',
      ok: true,
      rolledBack: [],
      errors: [],
    });
    expect(report.agentId).toMatch(/^builder-\d{6}-[0-9a-f]{6}$/);
    expect(report.processes.length).toBeGreaterThan(0);
    const [entry] = registry().agents;
    expect(entry).toMatchObject({
      id: report.agentId,
      type: 'builder',
      tmux_session: `agent_${report.agentId}`,
      parent: 'orchestrator',
      depth: 1,
      status: 'running',
      progress: 0,
      prompt: 'do builder',
    });
    expect(entry.tracked_processes[0]).toMatchObject({ pid: expect.any(Number) });
    expect(registry()).toMatchObject({
      active_count: 1,
      total_spawned: 1,
      agent_hierarchy: { orchestrator: [report.agentId] },
    });
    expect(index()).toMatchObject({ active_agents: 1, total_agents_spawned: 4 });
    expect(Object.keys(index().agents)).toEqual([report.agentId]);
    const { prompt_file } = entry.tracked_files;
    expect(statSync(prompt_file).mode & 0o777).toBe(0o600);
    expect(readFileSync(prompt_file, 'utf8')).toBe('do builder');
    expect((await rows()).find((row: { class: string }) => row.class === 'live').agentId).toBe(
      report.agentId,
    );
    expect(ground.left().intents).toEqual([]);

    expect((await ground.run('kill', report.agentId, '--yes')).code).toBe(0);
    expect(ground.left()).toEqual({ ...nothing, entries: [report.agentId, report.agentId] });
    expect((await rows()).filter((row: { class: string }) => row.class === 'live')).toEqual([]);
    const archive = join(ground.workspace.path, ground.task, 'archive');
    expect(readdirSync(archive).sort()).toEqual([
      `${report.agentId}_stream.jsonl`,
      `deploy_${report.agentId}.json`,
      `prompt_${report.agentId}.txt`,
    ]);
  });

  it('passes the prompt unchanged to the program, and its output to the log', async () => {
    ground = startDeploys();
    const hostile = `'; touch ${ground.standIns.directory}/pwned; echo "$(id)" \`id\` \\ #{pid}\n;`;
    const file = join(ground.standIns.directory, 'prompt');
    writeFileSync(file, hostile);
    const words = ['--task', ground.task, '--type', 'echoer', '--prompt-file', file];
    const command = [
      '--',
      'sh',
      '-c',
      'cat; printf "[%s]" "$@"; exec sleep 60',
      'x',
      'a b',
      ';',
      'c;',
    ];
    const { code, stdout } = await ground.run('deploy', '--json', ...words, ...command);
    expect([code, JSON.parse(stdout).errors]).toEqual([0, []]);
    const id = JSON.parse(stdout).agentId;
    const log = join(ground.workspace.path, ground.task, 'logs', `${id}_stream.jsonl`);
    const text = await eventually('its output is in the log', () => {
      const said = readFileSync(log, 'utf8');
      return said.includes('[c;]') ? said : undefined;
    });
    expect(text).toBe(`${hostile}[a b][;][c;]`);
    expect(statSync(log).mode & 0o777).toBe(0o600);
    expect(readdirSync(ground.standIns.directory)).not.toContain('pwned');
    const [entry] = registry().agents;
    expect(JSON.stringify(entry.prompt)).toBe(JSON.stringify(hostile));
  });

  it('replaces {prompt-file} in the command with the prompt’s path', async () => {
    ground = startDeploys();
    const command = [
      '--',
      'sh',
      '-c',
      'echo "got $(cat "$1")"; exec sleep 60',
      'x',
      '{prompt-file}',
    ];
    const { stdout } = await ground.deploy('placed', '--json', ...command);
    const id = JSON.parse(stdout).agentId;
    const log = join(ground.workspace.path, ground.task, 'logs', `${id}_stream.jsonl`);
    await eventually('the log has it', () => readFileSync(log, 'utf8').includes('got do placed'));
  });

  it('below a parent gets its depth and a place in the hierarchy', async () => {
    ground = startDeploys({ max_depth: 2 });
    const first = JSON.parse((await ground.deploy('one', '--json', '--', 'claude')).stdout).agentId;
    const second = JSON.parse(
      (await ground.deploy('two', '--parent', first, '--json', '--', 'claude')).stdout,
    ).agentId;
    expect(registry().agents[1]).toMatchObject({ id: second, parent: first, depth: 2 });
    expect(registry().agent_hierarchy).toEqual({ orchestrator: [first], [first]: [second] });
    const third = await ground.deploy('three', '--parent', second, '--', 'claude');
    expect([third.code, third.stderr]).toEqual([4, expect.stringContaining('max_depth')]);
    const stranger = await ground.deploy('four', '--parent', 'nobody-1', '--', 'claude');
    expect(stranger.stderr).toContain('parent nobody-1 is not in the registry of this task');
  });
});

describe('limits', () => {
  const ids = () => registry().agents.map((each: { id: string }) => each.id);

  it('admit as many of ten concurrent deploys as the task allows', async () => {
    ground = startDeploys({ max_concurrent: 4 });
    const runs = await Promise.all(
      Array.from({ length: 10 }, (_, number) => ground.deploy(`kind${number}`, '--', 'claude')),
    );
    const codes = runs.map(run => run.code).sort();
    expect([
      codes,
      runs.map(run => run.stderr).filter(text => !text.includes('max_concurrent')),
    ]).toEqual([
      [0, 0, 0, 0, 4, 4, 4, 4, 4, 4],
      ['', '', '', ''],
    ]);
    expect(registry()).toMatchObject({ active_count: 4, total_spawned: 4 });
    expect(index()).toMatchObject({ active_agents: 4, total_agents_spawned: 7 });
    expect(ids().sort()).toEqual(Object.keys(index().agents).sort());
    expect(ground.left()).toMatchObject({ intents: [], prompts: { length: 4 } });
    expect([...ground.left().sessions].sort()).toEqual(
      ids()
        .map((id: string) => `agent_${id}`)
        .sort(),
    );
  });

  it('admit one of five concurrent deploys of the same type', async () => {
    ground = startDeploys();
    const runs = await Promise.all(
      [1, 2, 3, 4, 5].map(() => ground.deploy('same', '--', 'claude')),
    );
    expect(runs.map(run => run.code).sort()).toEqual([0, 4, 4, 4, 4]);
    expect(ids()).toHaveLength(1);
    expect(ground.left()).toMatchObject({
      intents: [],
      prompts: { length: 1 },
      sessions: { length: 1 },
    });
  });

  it('of the task’s total and of the workspace are enforced', async () => {
    ground = startDeploys({ max_agents: 1 });
    expect((await ground.deploy('one', '--', 'claude')).code).toBe(0);
    const second = await ground.deploy('two', '--', 'claude');
    expect([second.code, second.stderr]).toEqual([
      4,
      expect.stringContaining('max_agents: 1 of 1'),
    ]);
    ground.workspace.writeGlobal({}, { max_concurrent_agents: 0 });
    ground.workspace.writeTask(ground.task, []);
    const third = await ground.deploy('three', '--', 'claude');
    expect(third.stderr).toContain('max_concurrent_agents: the workspace has 0 of 0 active agents');
  });
});

describe('before anything is created', () => {
  it.each<[string[], number, string]>([
    [['--type', 'a', '--prompt', 'x'], 2, 'missing --task'],
    [['--task', 'T', '--type', 'a'], 2, 'missing --prompt'],
    [['--task', 'T', '--type', '../a', '--prompt', 'x'], 2, 'letters, digits'],
    [['--task', 'TASK-none', '--type', 'a', '--prompt', 'x'], 3, 'no such task: TASK-none (in /'],
    [['--task', 'T', '--type', 'a', '--prompt-file', '/nonexistent'], 2, 'no such file'],
    [['--task', 'T', '--type', 'a', '--prompt', 'x', '--read-only'], 4, 'read-only'],
  ])('%j is refused with exit %i', async (words, code, said) => {
    ground = startDeploys();
    const run = await ground.run('deploy', ...words);
    expect([run.code, run.stdout]).toEqual([code, '']);
    expect(run.stderr).toContain(said);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(ground.left()).toEqual(nothing);
  });

  it('a dry run shows the plan and creates nothing', async () => {
    ground = startDeploys();
    const run = await ground.deploy('dry', '--dry-run', '--', 'claude');
    expect([run.code, run.stdout]).toEqual([
      0,
      expect.stringContaining('would start an agent of type dry'),
    ]);
    expect(ground.left()).toEqual(nothing);
    expect(readdirSync(join(ground.workspace.path, ground.task))).toEqual(['AGENT_REGISTRY.json']);
  });
});

describe('the input of a deploy', () => {
  it('is refused at once if it is a FIFO, not text, or too large', async () => {
    ground = startDeploys();
    const path = (name: string) => join(ground.standIns.directory, name);
    execFileSync('mkfifo', [path('fifo')]);
    writeFileSync(path('bytes'), Buffer.from([0xff, 0xfe, 0x00, 0xc3]));
    writeFileSync(path('large'), Buffer.alloc(9 * 1024 * 1024, 'x'));
    const words = ['--task', ground.task, '--type', 'a', '--prompt-file'];
    for (const [name, said] of [
      ['fifo', 'not a regular file'],
      ['bytes', 'not UTF-8'],
      ['large', 'larger than the 8 MB'],
    ] as const) {
      const run = await ground.run('deploy', ...words, path(name));
      expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(said)]);
    }
    expect(ground.left()).toEqual(nothing);
  });

  it('is rolled back if the task’s registry cannot hold an entry', async () => {
    ground = startDeploys({ agents: null });
    const before = readFileSync(ground.workspace.taskFile(ground.task), 'utf8');
    const run = await ground.deploy('builder', '--', 'claude');
    expect([run.code, run.stderr]).toEqual([
      4,
      expect.stringContaining('a registry cannot take it'),
    ]);
    expect(readFileSync(ground.workspace.taskFile(ground.task), 'utf8')).toBe(before);
    expect(Object.keys(index().agents)).toEqual([]);
  });
});

it('an agent with a running recorded process is not a ghost without its session, and kill ends it', async () => {
  ground = startDeploys();
  const stubborn = ['sh', '-c', 'trap "" TERM HUP; while :; do sleep 5; done'];
  const { stdout } = await ground.deploy('stays', '--json', '--', ...stubborn);
  const { agentId, session, processes } = JSON.parse(stdout);
  ground.server.tmux('kill-session', '-t', `=${session}`);
  await eventually('it settled', async () => {
    const row = (await rows()).find((each: { agentId: string }) => each.agentId === agentId);
    return row?.class === 'live' ? row : undefined;
  });
  const kill = await ground.run('kill', agentId, '--yes', '--json');
  expect([kill.code, JSON.parse(kill.stdout).targets[0].outcome]).toEqual([0, 'killed']);
  expect(ground.left().processes).toEqual([]);
  expect(processes.length).toBeGreaterThan(0);
});

it('agents of another workspace and their daemons are spared by sweep and kill @orphans', async () => {
  ground = startDeploys();
  const daemon =
    '(setsid sh -c "trap \\"\\" TERM HUP; sleep 300" </dev/null >/dev/null 2>&1 &); exec claude';
  expect((await ground.deploy('elsewhere', '--', 'sh', '-c', daemon)).code).toBe(0);
  const before = ground.left();
  const other = createWorkspace(mkdtempSync(join(ground.standIns.directory, 'other-')));
  other.writeGlobal({});
  const options = ['-w', other.path, '-L', ground.server.name, '--yes'];
  const settled = await eventually('the leftover is shown', async () => {
    const { stdout } = await vigil(['list', '--json', ...options], { env: ground.env });
    const seen = JSON.parse(stdout).rows.filter((row: { class: string }) => row.class === 'orphan');
    return seen.length > 0 ? seen : undefined;
  });
  // The daemon belongs to its agent: both are one row.
  expect(settled).toMatchObject([{ confidence: 'suspected' }]);
  expect(settled[0].processes).toHaveLength(before.processes.length);
  for (const verb of [['sweep'], ['kill', '@orphans']])
    await vigil([...verb, ...options], { env: ground.env });
  expect(ground.left()).toEqual(before);
});
