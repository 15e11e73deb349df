/** `vigil kill` with real agents in a real tmux, checked by an observer that shares no code with
 * it. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agents, type Habit, isAlive, startAgents } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { cliPath, vigil, vigilEnv } from '../helpers/vigil.ts';

let farm: Agents;
beforeEach(() => {
  farm = startAgents();
});
afterEach(() => farm.close());

const kill = (...words: string[]) =>
  vigil(['kill', ...words, ...farm.options], { env: { XDG_STATE_HOME: farm.state } });
const killJson = async (...words: string[]) => {
  const run = await kill(...words, '--yes', '--json');
  return { ...run, json: JSON.parse(run.stdout) };
};
const sessions = () =>
  farm.server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
const entryOf = (id: string) =>
  JSON.parse(readFileSync(farm.workspace.taskFile(farm.task), 'utf8')).agents.find(
    (each: { id: string }) => each.id === id,
  );
const inTask = (...parts: string[]) => join(farm.workspace.path, farm.task, ...parts);
const audit = () =>
  readFileSync(join(farm.state, 'vigil', 'vigil.log'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
    // It contains registry changes too.
    .filter(line => line.registry === undefined);

describe('an agent that', () => {
  const cases: readonly (readonly [Habit, string, boolean])[] = [
    ['cooperative', 'exited', false],
    ['slow', 'exited', false],
    ['stubborn', 'killed', true],
    ['stubborn but for HUP', 'exited', false],
    ['with a setsid child', 'killed', true],
    ['with a daemon', 'exited', false],
    ['forks on TERM', 'killed', true],
    ['respawns', 'killed', true],
  ];
  for (const [habit, outcome, escalated] of cases)
    it(`is ${habit} is ended completely, and no other process is`, async () => {
      const target = await farm.start('target-1', habit);
      const other = await farm.start('target-12', 'cooperative');
      farm.record();
      const { code, json } = await killJson('target-1', '--reason', 'a test');
      const [result] = json.targets;
      expect([code, json.ok, result.outcome, result.escalated_to_sigkill]).toEqual([
        0,
        true,
        outcome,
        escalated,
      ]);
      // Compared with the observer's own finding, which no report and no name influences.
      expect(target.pids.filter(isAlive)).toEqual([]);
      const left = result.processes.filter((each: { pid: number; start: string }) => {
        const stat = statOf(each.pid);
        return stat?.start === each.start && stat.state !== 'Z';
      });
      expect(left).toEqual([]);
      expect(other.pids.every(isAlive)).toBe(true);
      expect(sessions().sort()).toEqual(['agent_target-12', 'people']);
      expect(result.tmux_session_killed).toBe(true);
      expect(entryOf('target-1')).toMatchObject({
        status: 'terminated',
        termination_reason: 'a test',
      });
      expect(entryOf('target-12').status).toBe('working');
      const [first] = result.signals;
      if (escalated) expect(result.durationMs).toBeGreaterThanOrEqual(3500);
      if (habit === 'slow') expect(result.durationMs).toBeGreaterThanOrEqual(1150);
      expect(first.signal).toBe('SIGTERM');
    });
});

describe('afterwards', () => {
  it('logs are in archive/, the prompt is gone, counts are correct, and every signal is in the log', async () => {
    await farm.start('target-1', 'cooperative');
    await farm.start('target-2', 'cooperative');
    farm.record();
    const { json } = await killJson('target-1');
    expect(json.targets[0]).toMatchObject({ prompt_file_deleted: true, errors: [] });
    expect(json.targets[0].archived_files).toHaveLength(3);
    // The plan lists exactly these: a missing file is not in it.
    expect(
      json.plan.files.map(({ path, work }: { path: string; work: string }) => [path, work]),
    ).toEqual([
      [inTask('agent_prompt_target-1.txt'), 'archive'],
      [inTask('logs', 'target-1_stream.jsonl'), 'archive'],
      [inTask('progress', 'target-1_progress.jsonl'), 'archive'],
    ]);
    expect(existsSync(inTask('agent_prompt_target-1.txt'))).toBe(false);
    expect(readFileSync(inTask('archive', 'prompt_target-1.txt'), 'utf8')).toBe('go');
    expect(existsSync(inTask('agent_prompt_target-2.txt'))).toBe(true);
    expect(readFileSync(inTask('archive', 'target-1_stream.jsonl'), 'utf8')).toBe('{}\n');
    expect(existsSync(inTask('archive', 'target-1_progress.jsonl'))).toBe(true);
    const registry = JSON.parse(readFileSync(farm.workspace.taskFile(farm.task), 'utf8'));
    expect(registry).toMatchObject({ active_count: 1 });
    const signals = json.targets[0].signals.length;
    const lines = audit().filter(each => each.target === 'agent:target-1');
    expect(lines).toHaveLength(signals + 2);
    for (const line of lines)
      expect(line).toMatchObject({ by: { uid: process.getuid?.() }, reason: 'ended by vigil' });
    expect(lines[0]).toMatchObject({ event: 'end', name: 'target-1', class: 'live' });
    for (const line of lines.slice(1, -1)) expect(line).toMatchObject({ signal: 'SIGTERM' });
    expect(lines.at(-1)).toMatchObject({ outcome: 'exited', processes: signals, errors: [] });
    expect(statSync(join(farm.state, 'vigil', 'vigil.log')).mode & 0o777).toBe(0o600);
  });

  it('a second kill finds nothing to end and signals no process', async () => {
    await farm.start('twice-1', 'cooperative');
    farm.record();
    await killJson('twice-1');
    const again = await killJson('twice-1');
    expect([again.code, again.json.targets[0].outcome, again.json.targets[0].signals]).toEqual([
      0,
      'vanished',
      [],
    ]);
  });
});

describe('spared', () => {
  it('are an editor and a tail with the agent’s id in their arguments, and the tmux server', async () => {
    const target = await farm.start('target-1', 'stubborn');
    farm.record();
    const log = inTask('logs', 'target-1_stream.jsonl');
    const tail = farm.standIns.start('tail', ['-f', log]);
    const editor = farm.standIns.start(farm.standIns.server('vim'), [
      join(farm.standIns.directory, 'claude-target-1'),
    ]);
    await eventually('the editor runs', () =>
      existsSync(join(farm.standIns.directory, 'claude-target-1')),
    );
    const server = farm.server.pid();
    const { json } = await killJson('target-1');
    expect(json.targets[0].outcome).toBe('killed');
    expect(target.pids.filter(isAlive)).toEqual([]);
    for (const pid of [tail.pid, editor.pid, server]) expect(isAlive(pid as number)).toBe(true);
    const signalled = audit().map(each => each.pid);
    for (const pid of [tail.pid, editor.pid, server, process.pid])
      expect(signalled).not.toContain(pid);
  });

  it('is a program named by --spare, but not its children', async () => {
    const target = await farm.start('target-1', 'cooperative');
    farm.record();
    const program = join(farm.standIns.directory, 'bin', 'devserver');
    const file = join(farm.standIns.directory, 'started');
    const script = `#!/bin/bash
trap '' HUP
sleep 1000 &
echo "$$ $!" > '${file}.tmp'; mv '${file}.tmp' '${file}'
exec 9<> '${join(farm.standIns.directory, 'never')}'
read -r -u 9 _
`;
    writeFileSync(program, script, { mode: 0o755 });
    farm.server.tmux('split-window', '-d', '-t', '=agent_target-1:', `setsid '${program}' & wait`);
    const said = await eventually('it runs', () =>
      existsSync(file) ? readFileSync(file, 'utf8') : undefined,
    );
    const [server = 0, child = 0] = said.split(' ').map(Number);
    farm.standIns.adopt(server);
    farm.standIns.adopt(child);
    const { code, json } = await killJson('target-1', '--spare', 'devserver', '--spare', 'other');
    expect(code).toBe(0);
    expect(json.plan.spared).toContainEqual(
      expect.objectContaining({
        pid: server,
        reason: 'on your spare list (--spare devserver)',
      }),
    );
    expect([...target.pids, child].filter(isAlive)).toEqual([]);
    expect(isAlive(server)).toBe(true);
    expect(audit().map(each => each.pid)).not.toContain(server);
  });

  it('is everything if vigil runs inside the agent’s own pane: exit 4, no signal', async () => {
    const target = await farm.start('target-1', 'cooperative');
    farm.record();
    const said = join(farm.standIns.directory, 'said');
    const words = ['kill', 'target-1', '--yes', ...farm.options].map(word => `'${word}'`).join(' ');
    const command = `XDG_STATE_HOME='${farm.state}' '${process.execPath}' '${cliPath}' ${words} > '${said}' 2>&1; echo "code $?" >> '${said}'`;
    farm.server.tmux('split-window', '-d', '-t', '=agent_target-1:', command);
    const text = await eventually('vigil answered', () => {
      const content = existsSync(said) ? readFileSync(said, 'utf8') : '';
      return /^code \d/m.test(content) ? content : undefined;
    });
    expect(text).toContain('refused: vigil itself runs in it');
    expect(text).toContain('code 4');
    expect(target.pids.every(isAlive)).toBe(true);
    expect(existsSync(join(farm.state, 'vigil', 'vigil.log'))).toBe(false);
  });
});

describe('a dry run and a refusal', () => {
  it('show the plan with its reasons and signal no process', async () => {
    const target = await farm.start('target-1', 'with a setsid child');
    farm.record();
    const dry = await kill('target-1', '--dry-run', '--json');
    const { plan, targets, dryRun } = JSON.parse(dry.stdout);
    expect([dry.code, dryRun, targets[0].signals]).toEqual([0, true, []]);
    const planned = plan.processes.map((each: { pid: number }) => each.pid);
    expect(planned).toEqual(expect.arrayContaining([...target.pids]));
    for (const each of plan.processes) expect(each.reason).toMatch(/session|pane|descendant|sid/);
    expect(plan.sessions).toEqual([
      expect.objectContaining({ name: 'agent_target-1', id: expect.stringMatching(/^\$\d+$/) }),
    ]);
    expect(await kill('target-1')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('--yes'),
    });
    expect(await kill('target-1', '--yes', '--read-only')).toMatchObject({ code: 4 });
    expect(await kill('target', '--yes')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Did you mean target-1?'),
    });
    expect(await kill('--yes')).toMatchObject({ code: 2 });
    expect(target.pids.every(isAlive)).toBe(true);
  });

  it('delays are read from the environment, and invalid ones are reported', async () => {
    await farm.start('target-1', 'stubborn');
    farm.record();
    const env = {
      XDG_STATE_HOME: farm.state,
      CLEANUP_MAX_RETRIES: '1',
      CLEANUP_RETRY_DELAYS: '[0.3]',
    };
    const run = await vigil(['kill', 'target-1', '--yes', '--json', ...farm.options], { env });
    const [result] = JSON.parse(run.stdout).targets;
    expect(result.outcome).toBe('killed');
    expect(result.durationMs).toBeLessThan(3000);
    const wrong = await vigil(['kill', 'x', '--yes'], { env: { CLEANUP_RETRY_DELAYS: 'soon' } });
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'CLEANUP_RETRY_DELAYS: expected seconds such as [0.5, 1, 2], got "soon"',
      ),
    });
  });
});

it('a hung tmux server does not protect its agents', async () => {
  const target = await farm.start('target-1', 'cooperative');
  farm.record();
  // The plan is made while tmux answers; then it hangs.
  const child = spawn(
    process.execPath,
    [cliPath, 'kill', 'target-1', '--yes', '--json', '--ask-first', ...farm.options],
    {
      env: vigilEnv({ XDG_STATE_HOME: farm.state }),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const server = farm.server.pid();
  await eventually('it was asked', () => existsSync(join(farm.state, 'vigil', 'vigil.log')));
  process.kill(server, 'SIGSTOP');
  const code = await new Promise(resolve => child.on('close', resolve));
  process.kill(server, 'SIGCONT');
  expect(code).toBe(0);
  expect(target.pids.filter(isAlive)).toEqual([]);
});

it('processes left stopped by a killed vigil are resumed by the next one', async () => {
  const target = await farm.start('target-1', 'cooperative');
  const other = await farm.start('target-2', 'cooperative');
  farm.record();
  const [pid = 0] = target.pids;
  process.kill(pid, 'SIGSTOP');
  await eventually('it is stopped', () => statOf(pid)?.state === 'T');
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const note = join(farm.state, 'vigil', 'ending-4194000.json');
  execFileSync('mkdir', ['-p', join(farm.state, 'vigil')]);
  execFileSync('tee', [note], {
    input: JSON.stringify({ bootId, stopped: [{ pid, start: statOf(pid)?.start }] }),
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  await killJson('target-2');
  expect(other.pids.filter(isAlive)).toEqual([]);
  await eventually('it goes on', () => statOf(pid)?.state === 'S');
  expect(existsSync(note)).toBe(false);
});

it('a dry run shows the resources to be freed, with the ports of the members', async () => {
  await farm.start('target-1', 'cooperative');
  farm.record();
  const file = join(farm.standIns.directory, 'port');
  const listen = `import os, signal, socket
four = socket.socket(); four.bind(('127.0.0.1', 0)); four.listen()
open('${file}.tmp', 'w').write(str(four.getsockname()[1])); os.rename('${file}.tmp', '${file}')
while True: signal.pause()`;
  farm.server.tmux('split-window', '-d', '-t', '=agent_target-1:', 'python3', '-c', listen);
  const port = await eventually('it listens', () =>
    existsSync(file) ? readFileSync(file, 'utf8') : undefined,
  );
  const { plan } = JSON.parse((await kill('target-1', '--dry-run', '--json')).stdout);
  expect(plan.frees).toEqual({
    rssBytes: expect.any(Number),
    cpuPercent: expect.any(Number),
    ports: [Number(port)],
    portsUnknownOf: [],
  });
  expect(plan.frees.rssBytes).toBeGreaterThan(1 << 20);
  const { stdout } = await kill('target-1', '--dry-run');
  expect(stdout).toMatch(new RegExp(`processes, frees \\d.*M, .*% CPU, port ${port}$`, 'm'));
});
