/** Processes that belong to an agent and do not end with it, or may not be signalled: no success is claimed, and they
 * are listed as `left`. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agents, isAlive, startAgents } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { uidOf } from '../helpers/observer.ts';
import { killIfRunning } from '../helpers/stand-ins.ts';
import { vigil, vigilEnv } from '../helpers/vigil.ts';
import { createWorkspace } from '../helpers/workspace.ts';

let farm: Agents;
const closing: (() => void)[] = [];
beforeEach(() => {
  farm = startAgents();
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  farm.close();
});

/** Starts an agent that runs this in Python before it waits. @returns the pids that it wrote. */
async function agentThat(source: string): Promise<number[]> {
  const file = join(farm.standIns.directory, 'children');
  await farm.run(
    'alpha-1',
    `#!/usr/bin/env python3
import os, sys, signal, ctypes
file = '${file}'
def note(): open(file, 'a').write(str(os.getpid()) + '\\n')
${source}
open(os.environ['READY_FILE'] + '.tmp', 'w').write(str(os.getpid()))
os.rename(os.environ['READY_FILE'] + '.tmp', os.environ['READY_FILE'])
while True: signal.pause()`,
  );
  farm.record();
  return eventually('its children run', () => {
    const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    const pids = text.split('\n').map(Number);
    return text !== '' && pids.every(isAlive) ? pids : undefined;
  });
}

async function end(...words: string[]) {
  const run = await vigil(['kill', 'alpha-1', '--yes', '--json', ...words, ...farm.options]);
  const json = JSON.parse(run.stdout);
  return { code: run.code, json, target: json.targets[0] };
}

const child = (body: string) => `if os.fork() == 0:
    os.setsid(); signal.signal(1, signal.SIG_IGN); signal.signal(15, signal.SIG_IGN)
    note()
    ${body}`;

describe('children that call themselves', () => {
  const names: readonly (readonly [string, string])[] = [
    ['ssh-agent, in their arguments', `os.execvp('sleep', ['ssh-agent', '1000001'])`],
    ['docker, in their arguments', `os.execvp('sleep', ['dockerd', '1000001'])`],
    [
      'tmux: server, as their name',
      `ctypes.CDLL(None).prctl(15, b'tmux: server', 0, 0, 0)
    while True: signal.pause()`,
    ],
  ];
  for (const [title, body] of names)
    it(`${title} are no infrastructure, and are ended`, async () => {
      const [pid = 0] = await agentThat(child(body));
      const { code, target } = await end();
      expect([code, target.outcome, target.left, target.verified_no_zombies]).toEqual([
        0,
        'killed',
        [],
        true,
      ]);
      expect(isAlive(pid)).toBe(false);
    });
});

it('what the user spares is listed as left, and not verified as gone', async () => {
  const [pid = 0] = await agentThat(child(`os.execvp('sleep', ['sleep', '1000001'])`));
  const { code, target } = await end('--spare', 'sleep');
  expect([code, target.outcome, target.verified_no_zombies]).toEqual([0, 'exited', false]);
  expect(target.left).toMatchObject([
    { pid, reason: 'spared: on your spare list (--spare sleep)' },
  ]);
  killIfRunning(pid);
});

it('root’s agent has a daemon of another user, which ends with it by the whole mark', async () => {
  const [pid = 0] = await agentThat(`if 'AGAIN' not in os.environ:
    os.environ.update(AGAIN='1', VIGIL_AGENT='alpha-1:4d1f')
    os.execv(sys.executable, [sys.executable, *sys.argv])
${child("os.setuid(65534); os.execvp('sleep', ['sleep', '1000001'])")}`);
  expect(uidOf(pid)).toBe(65534);
  const { code, target } = await end();
  expect([code, target.left, isAlive(pid)]).toEqual([0, [], false]);
});

describe('for an agent that has become root through a setuid program, vigil without root', () => {
  const nobody = 65534;
  /** @returns the pid of the child. @param words of the setuid copy of setpriv. */
  async function childOf(...words: string[]) {
    const directory = join(farm.standIns.directory, 'nobody');
    mkdirSync(directory);
    const workspace = createWorkspace(directory);
    workspace.writeTask('TASK-1', [{ id: 'theirs-1', status: 'working' }]);
    workspace.age();
    const become = join(directory, 'become');
    const file = join(directory, 'child');
    for (const path of ['', '/bin']) chmodSync(`${farm.standIns.directory}${path}`, 0o755);
    execFileSync('chown', ['-R', `${nobody}`, directory]);
    copyFileSync('/usr/bin/setpriv', become);
    chownSync(become, 0, 0);
    chmodSync(become, 0o4755);
    const socket = join(directory, 'tmux');
    const tmux = (...line: string[]) =>
      execFileSync('setpriv', [...asNobody, 'tmux', '-S', socket, '-f', '/dev/null', ...line], {
        env: vigilEnv(),
        cwd: '/',
      });
    closing.push(() => tmux('kill-server'));
    const claude = join(directory, 'claude');
    copyFileSync('/bin/sleep', claude);
    chmodSync(claude, 0o755);
    const script = `setsid '${become}' ${words.join(' ')} sh -c 'echo $$ > "${file}"; exec sleep 1000001' & exec '${claude}' 1000001`;
    tmux('new-session', '-d', '-s', 'agent_theirs-1', 'sh', '-c', script);
    tmux('new-session', '-d', '-s', 'people', 'cat', '-');
    const pid = await eventually('the child runs', () =>
      existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined,
    );
    farm.standIns.adopt(pid);
    const own = { env: { XDG_STATE_HOME: join(directory, 'state') }, uid: nobody };
    const options = ['-w', workspace.path, '-S', socket];
    const status = () =>
      JSON.parse(readFileSync(workspace.taskFile('TASK-1'), 'utf8')).agents[0].status;
    return { pid, status, run: (...line: string[]) => vigil([...line, ...options], own) };
  }
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];

  it('is denied what runs as root, says so, and keeps it on record and in the list', async () => {
    const { pid, status, run } = await childOf('--reuid=0', '--regid=0', '--clear-groups');
    const { code, stdout } = await run('kill', 'theirs-1', '--yes', '--json');
    const json = JSON.parse(stdout);
    const [target] = json.targets;
    expect([code, json.ok, target.outcome, target.verified_no_zombies]).toEqual([
      ...[1, false, 'denied', false],
    ]);
    expect(target.left).toMatchObject([
      { pid, reason: 'belongs to uid 0, not permitted to signal it' },
    ]);
    expect([isAlive(pid), status()]).toEqual([true, 'stuck']);
    const rows = JSON.parse((await run('list', '--json')).stdout).rows;
    const row = rows.find((each: { agentId: string }) => each.agentId === 'theirs-1');
    expect(row.processes).toMatchObject([{ pid }]);
  });

  it('ends what only has the effective user of root: the kernel permits it', async () => {
    // Real uid of nobody, effective uid of root.
    const { pid, status, run } = await childOf('--euid=0');
    const { code, stdout } = await run('kill', 'theirs-1', '--yes', '--json');
    expect([code, JSON.parse(stdout).targets[0].left]).toEqual([0, []]);
    expect([isAlive(pid), status()]).toEqual([false, 'terminated']);
  });
});

it('a tmux server that hangs from the start saves nobody who is named by pid, and the plan says so', async () => {
  const agent = await farm.start('alpha-1', 'cooperative');
  farm.record();
  const [pid = 0] = agent.pids;
  const server = farm.server.pid();
  process.kill(server, 'SIGSTOP');
  try {
    const run = await vigil(['kill', `pid:${pid}`, '--yes', '--json', ...farm.options]);
    const { ok, plan, targets } = JSON.parse(run.stdout);
    expect([run.code, ok, targets[0].outcome]).toEqual([0, true, 'exited']);
    expect(plan.notes[0].text).toMatch(/could not be asked .*: sessions on it stay/);
    expect(isAlive(pid)).toBe(false);
  } finally {
    process.kill(server, 'SIGCONT');
  }
});
