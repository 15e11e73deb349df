/** All text from the machine is hostile: no raw control byte reaches a terminal or a pipe. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { createStandIns, type StandIns } from '../helpers/stand-ins.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { vigil } from '../helpers/vigil.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

const nasty = '\u001b[31mred\u001b]0;title\u0007\u009b1m\u202e\u200b\r\nnext\tline\u007f';
let server: TmuxServer;
let standIns: StandIns;
let workspace: Workspace;
let options: string[];

beforeAll(async () => {
  server = startTmux();
  standIns = createStandIns();
  workspace = createWorkspace(standIns.directory);
  const { env, ready } = standIns.environment();
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  server.session(
    'agent_odd-1',
    'env',
    ...settings,
    standIns.agent('claude'),
    nasty,
    '仕事 👩‍👩‍👧 é',
  );
  await ready();
  workspace.writeTask(`TASK-odd`, [
    { id: 'odd-1', status: 'working' },
    { id: `ghost${nasty}`, status: 'working', parent: nasty, type: nasty, tmux_session: nasty },
    { id: 'odd-status', status: nasty },
  ]);
  workspace.age();
  options = ['-w', workspace.path, '-L', server.name];
});
afterAll(() => {
  server?.close();
  standIns?.close();
});

const harmful = /[\p{Cc}\p{Cf}]/u;

it('hostile strings are escaped in tables and explanations, with and without colours', async () => {
  for (const words of [
    ['list'],
    ['list', '--tree'],
    ['why', 'task:TASK-odd'],
    ['doctor'],
    ['list', '--ascii'],
  ]) {
    const { stdout, stderr } = await vigil([...words, ...options]);
    for (const line of (stdout + stderr).split('\n')) expect(line).not.toMatch(harmful);
    if (words[0] !== 'doctor') expect(stdout).toContain('\\e[31mred');
  }
});

it('hostile strings are escaped in JSON, whose strings stay complete', async () => {
  const { stdout } = await vigil(['list', '--json', ...options]);
  for (const line of stdout.split('\n')) expect(line).not.toMatch(/[\p{Cc}\u2028-\u202e\u200b]/u);
  const rows = JSON.parse(stdout).rows as { agentId: string; processes: { command: string }[] }[];
  expect(rows.map(row => row.agentId)).toContain(`ghost${nasty}`);
  expect(rows.find(row => row.agentId === 'odd-1')?.processes[0]?.command).toContain(nasty);
});

it('hostile strings are escaped in a command line that is not UTF-8', async () => {
  const child = spawn(
    'python3',
    ['-c', `import os; os.execv('/bin/sleep', [b'claude', b'1000'])`],
    { stdio: 'ignore' },
  );
  const odd = spawn(
    'python3',
    ['-c', `import os; os.execv('/bin/sleep', [b'claude\\xff\\x1b[2J', b'1000'])`],
    { stdio: 'ignore' },
  );
  try {
    await eventually('both are seen', async () => {
      const { stdout } = await vigil(['list', ...options]);
      expect(stdout).not.toMatch(/[^\n\P{Cc}]/u);
      const { code } = await vigil(['why', `pid:${child.pid}`, ...options]);
      return code === 0;
    });
  } finally {
    child.kill('SIGKILL');
    odd.kill('SIGKILL');
  }
});
