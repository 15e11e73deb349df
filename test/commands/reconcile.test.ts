/** `vigil reconcile` on a farm of real processes, a real tmux and real files. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from '../helpers/farm.ts';
import { start } from '../helpers/registry-file.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { cliPath, type Run, vigil, vigilEnv } from '../helpers/vigil.ts';
import { agentId, createWorkspace, type entryOf, type Workspace } from '../helpers/workspace.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm();
  const { workspace, task, ids } = farm;
  // Fields of the orchestrator that vigil does not know, in a spelling none of our serializers
  // produces.
  const text = readFileSync(workspace.taskFile(task), 'utf8');
  writeFileSync(
    workspace.taskFile(task),
    text.replace(
      '"status": "INITIALIZED",',
      '"status": "INITIALIZED",\n  "cost":1.50, "big" : 12345678901234567890,',
    ),
  );
  const indexed = [...ids.live, ...ids.ghosts, ids.husk, ...ids.ended, ids.undead, ids.leaker];
  workspace.writeGlobal(
    Object.fromEntries(
      indexed.map(id => [
        id,
        {
          task_id: task,
          type: 'x',
          tmux_session: `agent_${id}`,
          status:
            ids.ended.includes(id) || id === ids.undead || id === ids.leaker
              ? 'completed'
              : undefined,
        },
      ]),
    ),
    { active_agents: 95, total_agents_spawned: 95 },
  );
  workspace.age();
});
afterAll(() => farm?.close());

const reconcile = (...words: string[]): Promise<Run> =>
  vigil(['reconcile', ...farm.options, ...words]);
const taskText = () => readFileSync(farm.workspace.taskFile(farm.task), 'utf8');
const agentsOf = () => JSON.parse(taskText()).agents as Record<string, unknown>[];
const indexOf = () => JSON.parse(readFileSync(farm.workspace.globalFile, 'utf8'));
const filesBeside = () => readdirSync(dirname(farm.workspace.taskFile(farm.task)));

describe('on the farm, in this order,', () => {
  it('a dry run shows the changes and makes none', async () => {
    const before = [taskText(), readFileSync(farm.workspace.globalFile, 'utf8')];
    const { code, stdout } = await reconcile('--dry-run', '--json');
    const shown = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(shown).toMatchObject({
      schema: 'vigil.reconcile/1',
      dryRun: true,
      written: [],
      backups: [],
    });
    expect(shown.changes.filter((each: { kind: string }) => each.kind === 'close')).toHaveLength(
      46,
    );
    expect(shown.changes.every((each: { made: boolean }) => !each.made)).toBe(true);
    const kinds = shown.findings.map((each: { kind: string }) => each.kind);
    expect(kinds).toEqual(expect.arrayContaining(['undead', 'husk', 'orphan']));
    expect([taskText(), readFileSync(farm.workspace.globalFile, 'utf8')]).toEqual(before);
    expect(existsSync(join(farm.workspace.path, 'registry', 'backups'))).toBe(false);
  });

  it('without confirmation it is refused, and with --read-only too', async () => {
    const before = taskText();
    expect(await reconcile()).toMatchObject({ code: 4, stderr: expect.stringContaining('--yes') });
    expect(await reconcile('--json')).toMatchObject({ code: 4, stdout: '' });
    expect(await reconcile('--yes', '--read-only')).toMatchObject({ code: 4, stdout: '' });
    expect(taskText()).toBe(before);
  });

  it('a hung tmux server changes nothing, exit 5', async () => {
    const before = taskText();
    process.kill(farm.server.pid(), 'SIGSTOP');
    const hung = await reconcile('--yes').finally(() => process.kill(serverPid, 'SIGCONT'));
    expect(hung).toMatchObject({ code: 5, stdout: '' });
    expect(hung.stderr).toMatch(/^vigil reconcile: nothing was changed: tmux socket .*no answer/);
    expect(taskText()).toBe(before);
  });

  it('46 ghosts are closed, counts are correct, the index follows, all else keeps its spelling', async () => {
    const before = taskText();
    const { code, stdout } = await reconcile('--yes', '--json');
    const made = JSON.parse(stdout);
    expect([code, made.ok, made.errors]).toEqual([0, true, []]);
    expect(made.targets).toHaveLength(46);
    expect(made.targets[0]).toMatchObject({ outcome: 'vanished', verified_no_zombies: true });
    const agents = agentsOf();
    const closed = agents.filter(each => each.termination_reason === 'session_not_found');
    expect(closed.map(each => each.id).sort()).toEqual([...farm.ids.ghosts].sort());
    for (const agent of closed) {
      expect(agent.status).toBe('terminated');
      expect(agent.terminated_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
      expect(agent.last_update).toBe(agent.terminated_at);
    }
    const index = indexOf();
    for (const id of farm.ids.ghosts)
      expect([id, index.agents[id].status]).toEqual([id, 'terminated']);
    const isActive = (status: unknown) => status === 'working' || status === undefined;
    const active = agents.filter(each => isActive(each.status)).length;
    expect(JSON.parse(taskText())).toMatchObject({ active_count: active, completed_count: 40 });
    expect(index.active_agents).toBe(
      Object.values<{ status?: string }>(index.agents).filter(each => isActive(each.status)).length,
    );
    expect(index.total_agents_spawned).toBe(95);
    // The only removed lines are those of statuses, times and counters.
    const after = new Set(
      taskText()
        .split('\n')
        .map(line => line.replace(/,$/, '')),
    );
    const lost = before
      .split('\n')
      .map(line => line.replace(/,$/, ''))
      .filter(line => !after.has(line));
    expect(
      lost.filter(line => !/"(status|last_update|active_count|completed_count)"/.test(line)),
    ).toEqual([]);
    expect(taskText()).toContain('"cost":1.50, "big" : 12345678901234567890,');
    expect(filesBeside()).toEqual(['AGENT_REGISTRY.json']);
  });

  it('processes of live agents are recorded, with pid, start and boot id', () => {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    for (const [index, id] of farm.ids.live.entries()) {
      const tracked = agentsOf().find(each => each.id === id)?.tracked_processes as {
        pid: number;
        start: string;
        boot_id: string;
      }[];
      const agent = tracked.find(each => each.pid === farm.pids.live[index]);
      expect(agent).toEqual({
        pid: agent?.pid,
        start: statOf(agent?.pid as number)?.start,
        boot_id: bootId,
      });
    }
    const others = agentsOf().filter(each => !farm.ids.live.includes(each.id as string));
    expect(others.filter(each => each.tracked_processes !== undefined)).toEqual([]);
  });

  it('a second run has nothing to do and makes no backup', async () => {
    const before = taskText();
    const { code, stdout } = await reconcile('--yes', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ changes: [], counts: [], written: [], backups: [] });
    expect(taskText()).toBe(before);
    expect(await reconcile('--yes')).toMatchObject({
      stdout: expect.stringContaining('nothing to do'),
    });
  });

  it('the backup is listed, and restores the previous content', async () => {
    const listed = JSON.parse((await reconcile('--restore', '--json')).stdout);
    expect(listed.backups).toHaveLength(1);
    const [{ name, files }] = listed.backups;
    expect(name).toMatch(/^\d{4}-\d\d-\d\dT[\d-]+\.\d{3}Z-reconcile$/);
    expect(files.map((each: { agents: number }) => each.agents)).toEqual([95, 95]);
    expect(await reconcile('--restore', 'no-such')).toMatchObject({ code: 3 });
    expect(await reconcile('--restore', '../..')).toMatchObject({ code: 3 });
    expect(await reconcile('--restore', name)).toMatchObject({ code: 4 });
    const restored = await reconcile('--restore', name, '--yes');
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(agentsOf().filter(each => each.status === 'terminated')).toEqual([]);
    expect(indexOf().active_agents).toBe(95);
    const kept = readdirSync(join(farm.workspace.path, 'registry', 'quarantine'));
    expect(kept.map(each => each.replace(/^.*Z-/, '')).sort()).toEqual([
      'TASK-20251029-232447-3bf85ff8-AGENT_REGISTRY.json',
      'registry-GLOBAL_REGISTRY.json',
    ]);
  });

  it('a registry that was reset is not reconciled: exit 4', async () => {
    const whole = taskText();
    for (const text of ['{}', '{"task_id": "TASK-20251029-232447-3bf85ff8", "agents": []}']) {
      writeFileSync(farm.workspace.taskFile(farm.task), text);
      farm.workspace.age();
      const refused = await reconcile('--yes');
      expect(refused).toMatchObject({ code: 4, stdout: '' });
      expect(refused.stderr).toMatch(
        /refused: .* has 0 agents, but 95 in backup .*see vigil reconcile --restore for backups/,
      );
      expect(taskText()).toBe(text);
    }
    writeFileSync(farm.workspace.taskFile(farm.task), whole);
    farm.workspace.age();
  });

  it('a broken registry changes nothing, exit 5, and the newest backup is offered', async () => {
    const whole = taskText();
    writeFileSync(farm.workspace.taskFile(farm.task), whole.slice(0, -100));
    farm.workspace.age();
    expect(await reconcile('--yes')).toMatchObject({ code: 5, stdout: '' });
    const { stdout } = await vigil(['doctor', ...farm.options]);
    const [, name = ''] = /vigil reconcile --restore (\S+) restores/.exec(stdout) ?? [];
    expect(await reconcile('--restore', name, '--yes')).toMatchObject({ code: 0 });
    expect(agentsOf()).toHaveLength(95);
    farm.workspace.age();
  });
});

let serverPid: number;
beforeAll(() => {
  serverPid = farm.server.pid();
});

describe('two registries', () => {
  let server: TmuxServer;
  let workspace: Workspace;
  const task = 'TASK-1';
  const [ghost, ended, proto] = [agentId('ghost', 1), agentId('ended', 2), '__proto__'];
  beforeAll(() => {
    server = startTmux();
    server.session('people');
  });
  afterAll(() => server.close());
  const make = (
    agents: readonly Parameters<typeof entryOf>[0][],
    index: Record<string, unknown>,
  ) => {
    const directory = join(farm.standIns.directory, `two-${Math.random()}`);
    mkdirSync(directory);
    workspace = createWorkspace(directory);
    workspace.writeTask(task, agents);
    workspace.writeGlobal({}, {});
    // An id such as __proto__ is just a key in the text.
    writeFileSync(
      workspace.globalFile,
      JSON.stringify({ active_agents: 0, agents: 0 }, null, 2).replace(
        '"agents": 0',
        `"agents": {${Object.entries(index)
          .map(([id, entry]) => `${JSON.stringify(id)}: ${JSON.stringify(entry)}`)
          .join(', ')}}`,
      ),
    );
    workspace.age();
  };
  const run = async (...words: string[]) =>
    vigil(['reconcile', '-w', workspace.path, '-L', server.name, '--yes', ...words]);
  const global = () => JSON.parse(readFileSync(workspace.globalFile, 'utf8'));
  const inTask = () =>
    JSON.parse(readFileSync(workspace.taskFile(task), 'utf8')).agents as {
      id: string;
      status: string;
    }[];

  it('with an agent in only one of them both have it afterwards', async () => {
    make([{ id: ended, status: 'completed' }], {
      [ghost]: { task_id: task, tmux_session: `agent_${ghost}`, type: 'ghost' },
    });
    expect(await run()).toMatchObject({ code: 0, stderr: '' });
    expect(inTask().map(each => [each.id, each.status])).toEqual([
      [ended, 'completed'],
      [ghost, 'terminated'],
    ]);
    expect(global().agents[ended]).toMatchObject({ task_id: task, status: 'completed' });
    expect(global().agents[ghost]).toMatchObject({
      status: 'terminated',
      termination_reason: 'session_not_found',
    });
    expect((await run()).stdout).toContain('nothing to do');
  });

  it('that disagree are reconciled: the index follows the task', async () => {
    make([{ id: ended, status: 'completed', completed_at: '2025-10-29T23:59:00' }], {
      [ended]: { task_id: task, tmux_session: `agent_${ended}`, status: 'working' },
    });
    const { stdout } = await run('--json');
    // This machine may have orphans of other programs.
    const findings = JSON.parse(stdout).findings as { kind: string }[];
    expect(findings.filter(each => each.kind === 'disagreement')).toEqual([
      { kind: 'disagreement', says: expect.stringContaining('status completed, working') },
    ]);
    expect(global().agents[ended]).toMatchObject({
      status: 'completed',
      completed_at: '2025-10-29T23:59:00',
    });
    expect((await run()).stdout).toContain('nothing to do');
  });

  it('treat __proto__, constructor and toString as ordinary ids', async () => {
    const ids = [proto, 'constructor', 'toString'];
    make(
      ids.map(id => ({ id, session: `agent_${id}` })),
      { constructor: { task_id: task, tmux_session: 'agent_constructor' } },
    );
    expect(await run()).toMatchObject({ code: 0, stderr: '' });
    expect(inTask().map(each => each.status)).toEqual(ids.map(() => 'terminated'));
    const text = readFileSync(workspace.globalFile, 'utf8');
    for (const id of ids) expect(text).toContain(`"${id}":`);
    expect((await run()).stdout).toContain('nothing to do');
  });

  it('a duplicate name, and two agents with one session, are reported', async () => {
    make([{ id: ghost }, { id: ghost }, { id: agentId('twin', 3), session: `agent_${ghost}` }], {});
    const { stdout } = await run('--json');
    const says = JSON.parse(stdout)
      .findings.map((each: { says: string }) => each.says)
      .join('\n');
    expect(says).toContain('listed more than once in the same registry');
    expect(says).toContain('are recorded in the same session');
    expect((await run()).stdout).toContain('nothing to do');
  });

  it('processes recorded before the last boot belong to no agent', async () => {
    const other = farm.pids.leaked;
    const start0 = statOf(other)?.start ?? '';
    make(
      [
        {
          id: ended,
          status: 'completed',
          tracked_processes: [{ pid: other, start: start0, boot_id: 'another-boot' }],
        },
      ],
      {},
    );
    const { stdout } = await vigil([
      'list',
      '--json',
      '-w',
      workspace.path,
      '-L',
      server.name,
      '--class',
      'undead,live,ended',
    ]);
    const rows = JSON.parse(stdout).rows as {
      agentId: string;
      class: string;
      processes: unknown[];
    }[];
    expect(rows.map(row => [row.agentId, row.class, row.processes.length])).toEqual([
      [ended, 'ended', 0],
    ]);
    expect(statOf(other)?.start).toBe(start0);
  });

  it('kill signals no process that was recorded before the last boot', async () => {
    const other = farm.pids.leaked;
    const tracked = (boot: string) => [
      { pid: other, start: statOf(other)?.start ?? '', boot_id: boot },
    ];
    make(
      [
        { id: ended, status: 'completed', tracked_processes: tracked('another-boot') },
        { id: ghost, tracked_processes: tracked('another-boot') },
      ],
      {},
    );
    const log = join(farm.standIns.directory, 'signals');
    const words = ['kill', ended, ghost, '--yes', '--force', '-w', workspace.path];
    const strace = ['-f', '-qq', '-e', 'trace=kill,tkill,tgkill,pidfd_send_signal', '-o', log];
    const killed = spawnSync(
      'strace',
      [...strace, process.execPath, cliPath, ...words, '-L', server.name],
      {
        env: vigilEnv(),
        cwd: '/',
      },
    );
    expect(String(killed.stdout)).toContain(ghost);
    // Signal 0 only checks whether a process exists.
    const sent = readFileSync(log, 'utf8')
      .split('\n')
      .filter(line => /\b(kill|tkill|tgkill|pidfd_send_signal)\(/.test(line))
      .filter(line => !/, 0\) /.test(line));
    expect(sent.filter(line => line.includes(`${other}`))).toEqual([]);
    expect(sent.filter(line => /SIG(TERM|KILL|STOP|HUP|USR1)/.test(line))).toEqual([]);
    expect(statOf(other)).toBeDefined();
  });

  it('are reconciled by the next run after a crash between the two writes', async () => {
    make([{ id: ghost }], { [ghost]: { task_id: task, tmux_session: `agent_${ghost}` } });
    const words = ['reconcile', '-w', workspace.path, '-L', server.name, '--yes'];
    // The first byte written into the global registry kills vigil.
    const inject = ['-f', '-qq', '-o', '/dev/null', '-P', workspace.globalFile];
    const { signal } = spawnSync(
      'strace',
      [...inject, '-e', 'inject=pwrite64:signal=KILL:when=1', process.execPath, cliPath, ...words],
      { env: vigilEnv({ UV_USE_IO_URING: '0' }), cwd: '/' },
    );
    expect(signal).toBe('SIGKILL');
    expect(inTask().map(each => each.status)).toEqual(['terminated']);
    expect(global().agents[ghost].status).toBeUndefined();
    for (const path of [workspace.taskFile(task), workspace.globalFile])
      if (existsSync(`${path}.lock`)) utimesSync(`${path}.lock`, new Date(0), new Date(0));
    expect(await run()).toMatchObject({ code: 0, stderr: '' });
    expect(global().agents[ghost]).toMatchObject({ status: 'terminated' });
    expect((await run()).stdout).toContain('nothing to do');
    expect(readdirSync(dirname(workspace.globalFile)).sort()).toEqual([
      'GLOBAL_REGISTRY.json',
      'backups',
    ]);
  });

  it('with a held lock are left alone: exit 1, and the holder is named', async () => {
    make([{ id: ghost }], {});
    const program = join(farm.standIns.directory, 'hold.py');
    writeFileSync(
      program,
      'import fcntl, signal, sys\nf = open(sys.argv[1])\nfcntl.flock(f, fcntl.LOCK_EX)\nprint("held", file=sys.stderr, flush=True)\nsignal.pause()\n',
    );
    const holder = start(program, [workspace.taskFile(task)]);
    await new Promise(resolve => holder.child.stderr?.once('data', resolve));
    const before = readFileSync(workspace.taskFile(task), 'utf8');
    const failed = await run('--lock-wait', '0.5');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(`pid ${holder.child.pid}`);
    expect(readFileSync(workspace.taskFile(task), 'utf8')).toBe(before);
    holder.child.kill('SIGKILL');
    expect((await run()).code).toBe(0);
  });
});
