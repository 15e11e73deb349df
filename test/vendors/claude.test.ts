/** The real Claude Code. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { type JsonRow, startVendors, type VendorWorld } from './vendor-world.ts';

let world: VendorWorld;
beforeAll(async () => {
  world = await startVendors();
});
afterAll(() => world?.close());

const isClaudeIn = (project: string, status: RegExp) => (row: JsonRow) =>
  row.program === 'claude' &&
  row.cwd?.endsWith(`/${project}`) === true &&
  status.test(row.status ?? '');
const pidOf = (row: JsonRow) => row.processes.find(each => each.role === 'agent')?.pid ?? 0;
const roster = () =>
  JSON.parse(readFileSync(join(world.home, '.claude/daemon/roster.json'), 'utf8')) as {
    workers: Record<string, { replPid: number; attempt: number }>;
  };

describe('two agents in two windows', () => {
  it('differ by project and status', async () => {
    world.start('mine', 'one', 'claude', '--permission-mode', 'default');
    world.start('other', 'two', 'claude');
    await world.row('one is idle', isClaudeIn('one', /idle/));
    await world.row('two is idle', isClaudeIn('two', /idle/));
    await world.type('mine', 'run: tail -f /dev/null');
    const busy = await world.row('one is busy', isClaudeIn('one', /busy|shell/));
    expect(busy).toMatchObject({ class: 'interactive', recordedBy: ['claude-sessions'] });
    expect(
      (await world.vigil('wait', `pid:${pidOf(busy)}`, '--until', 'idle', '--timeout', '1')).code,
    ).toBe(1);
    const { stdout } = await world.vigil('list');
    expect(stdout).toMatch(/claude in one \(mine\) .* (busy|shell)/);
    expect(stdout).toMatch(/claude in two \(other\) .* idle/);
  });

  it('one that asks for a permission is waiting', async () => {
    const row = await world.row('two is idle', isClaudeIn('two', /idle/));
    const waiting = world.vigil(
      'wait',
      `pid:${pidOf(row)}`,
      '--until',
      'waiting',
      '--timeout',
      '30',
    );
    // In its default mode a safety check of the vendor's is missing here, and it asks.
    await world.type('other', 'run: tail -f /dev/null');
    expect((await waiting).code).toBe(0);
  });

  it('one that is killed is a ghost by its record, and reconcile leaves the file alone', async () => {
    const row = await world.row('two is waiting', isClaudeIn('two', /waiting/));
    const pid = pidOf(row);
    const file = join(world.home, '.claude/sessions', `${pid}.json`);
    process.kill(pid, 'SIGKILL');
    const ghost = await world.row('it is a ghost', each => each.class === 'ghost');
    expect(ghost).toMatchObject({ cwd: join(world.home, 'two'), processes: [] });
    const before = readFileSync(file, 'utf8');
    expect((await world.vigil('reconcile', '--yes')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(before);
    // A forged record: another process has the pid by now.
    const forged = { ...JSON.parse(before), pid: process.pid, status: 'busy' };
    writeFileSync(
      join(world.home, '.claude/sessions', `${process.pid}.json`),
      JSON.stringify(forged),
    );
    const rows = await world.rows();
    expect(rows.filter(each => each.processes.some(({ pid: own }) => own === process.pid))).toEqual(
      [],
    );
  });
});

describe('a background session', () => {
  const isWorker = (row: JsonRow) => row.owner?.kind === 'claude-daemon';

  it('is live with its owner, beside a host row', async () => {
    const said = world.run('three', 'claude', '--bg', 'say hello');
    expect(said).toMatch(/backgrounded/);
    const worker = await world.row(
      'the worker is live',
      row => isWorker(row) && row.class === 'live' && row.recordedBy.length > 1,
    );
    expect(worker.recordedBy).toEqual(['claude-sessions', 'claude-background']);
    await world.row(
      'its daemon is a host',
      row => row.class === 'host' && row.program === 'claude',
    );
  });

  it('is ended for good through its daemon', async () => {
    const worker = await world.row('there is a worker', isWorker);
    const pid = pidOf(worker);
    const done = await world.vigil('kill', `pid:${pid}`, '--yes', '--json');
    const { targets } = JSON.parse(done.stdout);
    expect([done.code, targets[0].outcome]).toEqual([0, 'exited']);
    expect(isAlive(pid)).toBe(false);
    // Its daemon would have brought it back by now.
    await new Promise(resolve => setTimeout(resolve, 25_000));
    expect(Object.keys(roster().workers)).toEqual([]);
    expect((await world.rows()).filter(isWorker)).toEqual([]);
  });

  it('that its daemon brings back has survived', async () => {
    world.run('three', 'claude', '--bg', 'say hello');
    const worker = await world.row('there is a worker', isWorker);
    // Without its program nothing can ask the daemon.
    const done = await world.vigil('kill', `pid:${pidOf(worker)}`, '--yes', '--json', '--force');
    const [target] = JSON.parse(done.stdout).targets;
    expect([done.code, target.outcome]).toEqual([1, 'survived']);
    expect(target.errors.join('\n')).toMatch(/restarted as pid \d+/);
  });

  it('is left alone by bulk commands when its daemon has stopped', async () => {
    const worker = await world.row('there is a worker', isWorker);
    const pid = pidOf(worker);
    world.run('three', 'claude', 'daemon', 'stop', '--any', '--keep-workers');
    await eventually('the daemon is gone', async () =>
      (await world.rows()).every(
        row => row.class !== 'host' || !/daemon run/.test(row.processes[0]?.command ?? ''),
      ),
    );
    for (const words of [['sweep'], ['kill', '@orphans'], ['shutdown']])
      await world.vigil(...words, '--yes');
    expect(isAlive(pid)).toBe(true);
  });
});

it('nothing is written below the directories of the vendors, and no program of theirs runs in a poll', async () => {
  const trace = join(world.home, 'trace.txt');
  execFileSync(
    'strace',
    [
      '-f',
      '-o',
      trace,
      '-e',
      'trace=execve,openat,rename,unlink,mkdir',
      process.execPath,
      join(process.cwd(), 'dist/cli.js'),
      'list',
      '-L',
      world.server.name,
    ],
    {
      env: { ...process.env, HOME: world.home, XDG_STATE_HOME: join(world.home, 'state') },
      stdio: 'ignore',
    },
  );
  const all = readFileSync(trace, 'utf8').split('\n');
  const lines = all.filter(line => / = \d/.test(line));
  expect(
    all.filter(line => /execve\(/.test(line) && !/"(node|tmux|\/[^"]*\/(node|tmux))"/.test(line)),
  ).toEqual([]);
  expect(
    lines.filter(
      line =>
        /\.(claude|codex)\//.test(line) && /O_WRONLY|O_RDWR|O_CREAT|rename|unlink|mkdir/.test(line),
    ),
  ).toEqual([]);
  expect(existsSync(trace)).toBe(true);
});
