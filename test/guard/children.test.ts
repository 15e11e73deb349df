/** Programs that vigil starts do not outlive it by more than their time-out, not even if it is killed with SIGKILL while
 * they hang. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { holdLock } from '../helpers/lock-holder.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { cliPath, vigilEnv } from '../helpers/vigil.ts';
import { agentId, createWorkspace, type Workspace } from '../helpers/workspace.ts';

let directory: string;
let server: TmuxServer;
let workspace: Workspace;
let vigil: ChildProcess | undefined;
let stopped: number | undefined;
let releaseLock: (() => void) | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  server = startTmux();
  server.session('plain', 'sleep', '1000');
  workspace = createWorkspace(directory);
  workspace.writeTask('TASK-1', [{ id: agentId('ghost', 1) }]);
  workspace.age();
});
afterEach(() => {
  if (stopped !== undefined) process.kill(stopped, 'SIGCONT');
  stopped = undefined;
  releaseLock?.();
  releaseLock = undefined;
  vigil?.kill('SIGKILL');
  vigil = undefined;
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

const statOf = (pid: string | number) => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', ppid = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return {
      name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')),
      state,
      ppid,
      start: rest[17],
    };
  } catch {
    return undefined;
  }
};

type Seen = { readonly pid: string; readonly name: string; readonly start: string };

/** Everything below a process. */
function descendantsOf(pid: number): Seen[] {
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(each => {
      const stat = statOf(each);
      return stat === undefined ? [] : [{ pid: each, ...stat, start: stat.start ?? '' }];
    });
  const below = (parent: string): Seen[] =>
    all.filter(({ ppid }) => ppid === parent).flatMap(each => [each, ...below(each.pid)]);
  return below(String(pid));
}

const isThere = ({ pid, start }: Seen) => {
  const stat = statOf(pid);
  return stat !== undefined && stat.start === start && stat.state !== 'Z';
};

function start(command: string, words: readonly string[]): number {
  const options = ['-w', workspace.path, '-L', server.name];
  vigil = spawn(process.execPath, [cliPath, command, ...options, ...words], {
    env: vigilEnv({ XDG_STATE_HOME: join(directory, 'state') }),
    stdio: 'ignore',
  });
  return vigil.pid ?? 0;
}

it('a tmux client ends with vigil, and a hook with its children by its time-out', async () => {
  const marker = join(directory, 'hook-runs');
  const hook = ['bash', '-c', 'sleep 1000 & touch "$0"; wait', marker];
  // The last answer of a server that has not run since is used for five seconds.
  const timeoutMs = 8000;
  const options = ['-d', '0.2', '--on', 'ghost', '--timeout', String(timeoutMs / 1000)];
  const pid = start('list', ['--watch', ...options, '--', ...hook]);
  await eventually('the hook runs', () => existsSync(marker));
  const startedAt = Date.now();
  stopped = server.pid();
  process.kill(stopped, 'SIGSTOP');
  const hung = await eventually('a tmux client hangs beside it', () => {
    const seen = descendantsOf(pid);
    const has = (start: string) => seen.some(({ name }) => name.startsWith(start));
    return has('sleep') && has('tmux') ? seen : undefined;
  });
  vigil?.kill('SIGKILL');
  const clients = hung.filter(({ name }) => name.startsWith('tmux'));
  await eventually('no tmux client is there', () => !clients.some(isThere), 500);
  await eventually('nothing of it is there', () => !hung.some(isThere), timeoutMs + 1000 + 500);
  // It was there until then: our own time-out had died with vigil.
  expect(Date.now() - startedAt).toBeGreaterThan(timeoutMs - 1000);
});

it('the helper that waits for a lock ends with vigil', async () => {
  releaseLock = await holdLock(workspace.taskFile('TASK-1'));
  const pid = start('reconcile', ['--yes', '--lock-wait', '30']);
  const waiting = await eventually('a helper waits for the lock', () =>
    descendantsOf(pid).find(({ name }) => name === 'flock'),
  );
  vigil?.kill('SIGKILL');
  await eventually('it is gone', () => !isThere(waiting), 1000);
});
