/** What real agents leave behind when they are killed. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
  // Over what the killed program has left on the screen.
  await eventually('the shell is there', () => / Killed /.test(world.screen('mine')));
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
