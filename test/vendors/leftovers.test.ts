/** What real agents leave behind when they are killed. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { startVendors, type VendorWorld } from './vendor-world.ts';

let world: VendorWorld;
beforeAll(async () => {
  world = await startVendors();
});
afterAll(() => world?.close());

const pidsOf = (pattern: string) => {
  try {
    return execFileSync('pgrep', ['-f', pattern], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
};

it('of Claude Code: its command is an orphan that names it, also beside a new agent in the same pane', async () => {
  world.start('mine', 'one', 'claude', '--permission-mode', 'default');
  const claude = await world.row(
    'claude is idle',
    row => row.program === 'claude' && row.status === 'idle',
  );
  await world.type('mine', 'run: tail -f /dev/null');
  const [shell] = await eventually('its command runs', () => {
    const found = pidsOf('shell-snapshots.*tail -f /dev/null');
    return found.length > 0 ? found : undefined;
  });
  const pid = claude.processes[0]?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await eventually('the shell is there', () => world.isAtShell('mine'));
  world.server.tmux('send-keys', '-t', '=mine:', `${world.script('one', 'claude')}`, 'Enter');
  await world.row(
    'a new one is idle',
    row => row.program === 'claude' && row.status === 'idle' && row.processes[0]?.pid !== pid,
  );
  const orphan = await world.row(
    'the command is an orphan',
    row => row.class === 'orphan' && row.processes.some(each => each.pid === shell),
  );
  expect(orphan.confidence).toBe('proven');
  expect(orphan.evidence.join('\n')).toContain(`CLAUDE_PID names pid ${pid}, which is gone`);
  const bystanders = (await world.rows()).filter(row => row.class === 'interactive');
  const swept = await world.vigil('sweep', '--yes', '--json');
  expect(swept.code).toBe(0);
  expect(JSON.parse(swept.stdout).targets.map((each: { target: string }) => each.target)).toEqual([
    orphan.key,
  ]);
  expect(isAlive(shell ?? 0)).toBe(false);
  for (const { processes } of bystanders) expect(isAlive(processes[0]?.pid ?? 0)).toBe(true);
});

/** What the agents are asked to run: a command that they wait for, and one that has left their terminal. */
const workOf = (number: number) => `setsid sleep ${number}1 & sleep ${number}2`;

describe.each([
  ['codex', 7001, ['codex', 'exec', '--skip-git-repo-check']],
  ['qwen', 7002, ['qwen', '--yolo', '-p']],
  ['gemini', 7003, ['gemini', '-m', 'gemini-2.5-pro', '--skip-trust', '--yolo', '-p']],
  ['opencode', 7004, ['opencode', 'run']],
] as const)('of %s', (program, number, words) => {
  it('are orphans that name it, also beside a new agent in the same pane, and swept alone', async () => {
    const working = (of: number) =>
      eventually(
        'its commands run',
        () => {
          const found = [1, 2].flatMap(each => pidsOf(`^sleep ${of}${each}$`));
          return found.length === 2 ? found : undefined;
        },
        40_000,
      );
    world.start(program, program, ...words, `'run: ${workOf(number)}'`);
    const left = await working(number);
    const agent = await world.row(
      'it is a row',
      row => row.class === 'interactive' && row.program === program,
    );
    for (const { pid, role } of agent.processes) if (role === 'agent') process.kill(pid, 'SIGKILL');
    await eventually('the shell is there', () => world.isAtShell(program));
    const again = world.script(program, ...words, `'run: ${workOf(number + 10)}'`);
    world.server.tmux('send-keys', '-t', `=${program}:`, again, 'Enter');
    const bystanders = await working(number + 10);
    const orphans = await eventually('its commands are orphans, or gone with it', async () => {
      const rows = (await world.rows()).filter(row => row.class === 'orphan');
      const pids = rows.flatMap(({ processes }) => processes.map(({ pid }) => pid));
      return left.every(pid => pids.includes(pid) || !isAlive(pid)) ? rows : undefined;
    });
    expect(orphans.length).toBeGreaterThan(0);
    for (const row of orphans) expect(row).toMatchObject({ program, confidence: 'proven' });
    const swept = await world.vigil('sweep', '--yes', '--json');
    expect(swept.code).toBe(0);
    const targets = JSON.parse(swept.stdout).targets.map((each: { target: string }) => each.target);
    expect(targets.sort()).toEqual(orphans.map(({ key }) => key).sort());
    expect(left.map(isAlive)).toEqual([false, false]);
    expect(bystanders.map(isAlive)).toEqual([true, true]);
    await world.vigil('kill', `session:${program}`, '--yes');
  });
});
