/** `vigil shutdown` and what it does not end: reports and exit codes. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { uidOf } from '../helpers/observer.ts';
import { type OwnTerminal, openTerminal } from '../helpers/terminal.ts';
import { vigil, vigilEnv } from '../helpers/vigil.ts';
import { createWorkspace } from '../helpers/workspace.ts';

let farm: Cleanups;
const closing: (() => void)[] = [];
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  farm.close();
});

async function attach(session: string): Promise<void> {
  const { name } = farm.server;
  const command = ['tmux', '-u', '-L', name, 'attach-session', '-t', `=${session}`];
  const terminal: OwnTerminal = openTerminal(command, vigilEnv({ TERM: 'xterm' }));
  closing.push(() => terminal.close());
  await eventually('a client is attached', () =>
    farm.server
      .tmux('list-sessions', '-F', '#{session_name} #{session_attached}')
      .includes(`${session} 1`),
  );
}

it('reports ended targets, cleaned up files and survivors in JSON', async () => {
  await farm.start('worker-1', 'stubborn');
  farm.recordAs({ 'worker-1': 'working', 'ghost-1': 'working', 'ended-1': 'completed' });
  for (const id of ['worker-1', 'ended-1', 'nobody-1']) farm.writeFiles(id);
  const { code, stdout, stderr } = await farm.vigil('shutdown', '--yes', '--json');
  expect([code, stderr]).toEqual([0, '']);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    ...{ schema: 'vigil.shutdown/1', ok: true, dryRun: false, interrupted: false, resumed: 0 },
    durationMs: expect.any(Number),
    plan: { sessions: [{ name: 'agent_worker-1' }], spared: [] },
    targets: [
      {
        target: 'agent:worker-1',
        agentId: 'worker-1',
        outcome: 'killed',
        tmux_session_killed: true,
        escalated_to_sigkill: true,
        verified_no_zombies: true,
        prompt_file_deleted: true,
        errors: [],
      },
    ],
    reconciled: { changes: expect.any(Number), backups: [expect.any(String)] },
    totals: { ended: 1, processes: expect.any(Number), freedBytes: expect.any(Number) },
    survivors: [],
    errors: [],
  });
  expect(report.archived_files).toHaveLength(11);
  expect(report.files.filter((each: { done: boolean }) => !each.done)).toEqual([]);
  expect(farm.status('ghost-1')).toBe('terminated');
});

it('ends a recorded agent with an attached client, but not an unknown session', async () => {
  const worker = await farm.start('worker-1', 'cooperative');
  const stray = await farm.start('stray-1', 'cooperative', { writesLog: true });
  farm.recordAs({ 'worker-1': 'working' });
  await attach('agent_worker-1');
  await attach('agent_stray-1');
  const { code, stderr } = await farm.vigil('shutdown', '--yes');
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/agent_stray-1 is still running \(orphan\): a client is attached/),
  ]);
  await allDead(worker.pids);
  expect(stray.pids.every(isAlive)).toBe(true);
});

it('spares what another workspace has recorded, and completes', async () => {
  const elsewhere = join(farm.standIns.directory, 'elsewhere');
  const other = createWorkspace(elsewhere);
  other.writeTask('TASK-2', [{ id: 'theirs-1', status: 'working' }]);
  other.age();
  const theirs = await farm.program('agent_theirs-1', `cd '${elsewhere}'`);
  const worker = await farm.start('worker-1', 'cooperative');
  farm.recordAs({ 'worker-1': 'working' });
  const before = readFileSync(other.taskFile('TASK-2'), 'utf8');
  const { code, stdout } = await farm.vigil('shutdown', '--yes');
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining(`recorded in ${other.path} (use -w)`),
  ]);
  await allDead(worker.pids);
  expect(isAlive(theirs)).toBe(true);
  expect(readFileSync(other.taskFile('TASK-2'), 'utf8')).toBe(before);
  expect(existsSync(join(other.path, 'shutdown_state.json'))).toBe(false);
});

it('names an agent that runs as another user, and keeps its entry', async () => {
  const nobody = 65534;
  const directory = join(farm.standIns.directory, 'nobody');
  mkdirSync(directory);
  const workspace = createWorkspace(directory);
  workspace.writeTask('TASK-1', [{ id: 'theirs-1', status: 'working' }]);
  workspace.age();
  for (const path of ['', '/bin']) chmodSync(`${farm.standIns.directory}${path}`, 0o755);
  execFileSync('chown', ['-R', `${nobody}`, directory]);
  // Lets a process below their tmux become root, like sudo.
  const become = join(directory, 'become');
  copyFileSync('/usr/bin/setpriv', become);
  chownSync(become, 0, 0);
  chmodSync(become, 0o4755);
  const socket = join(directory, 'tmux');
  const { env, ready } = farm.standIns.environment();
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const program = `HABIT=stubborn READY_FILE='${env.READY_FILE}' exec '${become}' --reuid=0 --regid=0 --clear-groups '${join(farm.standIns.directory, 'bin', 'claude')}' --print go`;
  const tmux = (...words: string[]) =>
    execFileSync('setpriv', [...user, 'tmux', '-S', socket, '-f', '/dev/null', ...words], {
      env: vigilEnv(),
      cwd: '/',
    });
  closing.push(() => tmux('kill-server'));
  tmux('new-session', '-d', '-s', 'agent_theirs-1', 'sh', '-c', program);
  // Not through their shell, which exits at once.
  tmux('new-session', '-d', '-s', 'people', 'cat', '-');
  const agent = await ready();
  farm.standIns.adopt(agent);
  expect(uidOf(agent)).toBe(0);
  const words = ['shutdown', '--yes', '-w', workspace.path, '-S', socket];
  const own = { XDG_STATE_HOME: join(directory, 'state') };
  const { code, stdout, stderr } = await vigil(words, { env: own, uid: nobody });
  expect(isAlive(agent)).toBe(true);
  expect(String(tmux('list-sessions', '-F', '#{session_name}'))).toBe('agent_theirs-1\npeople\n');
  expect([code, stdout, stderr]).toEqual([
    1,
    expect.stringContaining('cleanup incomplete'),
    expect.stringMatching(/theirs-1 is still running \(live\): its agent program .* uid 0;/),
  ]);
  const [entry] = JSON.parse(readFileSync(workspace.taskFile('TASK-1'), 'utf8')).agents;
  expect(entry.status).toBe('working');
});
