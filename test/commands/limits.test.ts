/** Too few descriptors, processes or bytes of memory: vigil reports what it could not read or do,
 * and never takes an unread process for dead. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startObserver } from '../helpers/aftermath.ts';
import { type Agent, type Agents, isAlive, startAgents } from '../helpers/agents.ts';
import { rounds } from '../helpers/campaign.ts';
import { eventually } from '../helpers/eventually.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { cliPath, type Run, vigilEnv } from '../helpers/vigil.ts';

let farm: Agents;
beforeEach(() => {
  farm = startAgents();
});
afterEach(() => farm.close());

/** Runs vigil under a program that sets its limits. */
function limited(limit: readonly string[], words: readonly string[], cli = cliPath): Promise<Run> {
  const [command = '', ...rest] = [...limit, process.execPath, cli, ...words];
  const child = spawn(command, rest, {
    env: vigilEnv({ XDG_STATE_HOME: farm.state }),
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', data => {
    stdout += data;
  });
  child.stderr.on('data', data => {
    stderr += data;
  });
  // Node itself hangs if it cannot start its own threads.
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  return new Promise(resolve =>
    child.on('close', code => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    }),
  );
}

/** No unexpected error, and no running process was reported as dead. */
function expectNoLie({ code, stdout, stderr }: Run, agent: Agent): void {
  expect(stderr).not.toContain('vigil: unexpected');
  // Node itself could not start, or crashed: then vigil has reported nothing.
  if (code === null || stdout === '') return;
  const { rows, targets } = JSON.parse(stdout);
  const row = rows?.find((each: { agentId: string }) => each.agentId === agent.id);
  if (row !== undefined) expect(['live', 'unknown']).toContain(row.class);
  const outcome = targets?.[0].outcome;
  if (outcome === undefined || ['refused', 'survived', 'denied'].includes(outcome)) return;
  expect(agent.pids.filter(isAlive)).toEqual([]);
  expect(code === 0 || targets[0].errors.length > 0).toBe(true);
}

const quickly = ['--yes', '--retries', '1', '--retry-delays', '0.1', '--json'];

async function killUnder(limits: readonly (readonly string[])[]): Promise<void> {
  const other = await farm.start('alpha-12', 'cooperative');
  let agent = await farm.start('alpha-1', 'stubborn');
  farm.record();
  const observer = await startObserver(farm, agent, [other]);
  let ended = 0;
  for (const limit of limits) {
    expectNoLie(await limited(limit, ['list', '--json', ...farm.options]), agent);
    const kill = await limited(limit, ['kill', 'alpha-1', ...quickly, ...farm.options]);
    expectNoLie(kill, agent);
    if (kill.code === 0) expect(observer.statusOf(agent)).toBe('terminated');
    const isEnded = !agent.pids.some(isAlive);
    for (const pid of agent.pids) expect(statOf(pid)?.state).not.toBe('T');
    observer.afterwards(isEnded ? [agent] : [], kill.code === null);
    if (!isEnded) continue;
    ended++;
    agent = await farm.start('alpha-1', 'stubborn');
    farm.record();
  }
  // The largest limits suffice, so the others failed for lack of resources.
  expect(ended).toBeGreaterThan(0);
}

it('with too few descriptors nothing unread is reported as fact', async () => {
  const step = rounds(14, 1);
  const limits = Array.from({ length: Math.ceil(60 / step) }, (_, index) => 17 + index * step);
  await killUnder(limits.map(limit => ['prlimit', `--nofile=${limit}:${limit}`]));
}, 300_000);

it('with too little memory nothing unread is reported as fact', async () => {
  const sizes = rounds(0, 1) === 1 ? [0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.5, 2, 8] : [0.7, 1, 8];
  await killUnder(sizes.map(size => ['prlimit', `--as=${Math.round(size * 1e9)}`]));
}, 300_000);

/** Node's own threads, before its pool for files. */
async function threadsOfNode(): Promise<number> {
  const print = 'console.log(require("fs").readdirSync("/proc/self/task").length)';
  const child = spawn(process.execPath, ['-e', print], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  for await (const data of child.stdout) said += data;
  return Number(said);
}

/** No other process on the machine counts towards this user's limit. */
const lonelyUid = 61_234;

it.runIf(process.getuid?.() === 0)(
  'with too few processes tmux and flock cannot be started, and that is reported',
  async () => {
    const { directory } = farm.standIns;
    cpSync(dirname(cliPath), join(directory, 'dist'), { recursive: true });
    mkdirSync(farm.state);
    // tmux is queried only if there is a socket, whatever listens on it.
    const listener = createServer().listen(join(directory, 'socket'));
    await once(listener, 'listening');
    for (const path of [
      directory,
      ...readdirSync(directory, { recursive: true, encoding: 'utf8' }),
    ])
      chownSync(join(directory, path.replace(directory, '')), lonelyUid, lonelyUid);
    chmodSync(directory, 0o755);
    const reuid = ['setpriv', `--reuid=${lonelyUid}`, `--regid=${lonelyUid}`, '--clear-groups'];
    const claude = ['bash', '-c', 'exec -a claude sleep 1000'];
    const cli = join(directory, 'dist', 'cli.js');
    const refusals: string[] = [];
    const start = (): ChildProcess =>
      farm.standIns.start('setpriv', [...reuid.slice(1), ...claude]);
    // As many threads as Node starts with, plus the agent: nothing more can be started.
    const needed = await threadsOfNode();
    for (const spare of [0, 1, 40]) {
      const count = needed + 1 + spare;
      const agent = start();
      const pid = agent.pid as number;
      await eventually('it runs', () => statOf(pid)?.state === 'S');
      const limit = [...reuid, 'prlimit', `--nproc=${count}:${count}`];
      // If its file threads cannot start either, Node aborts: without a registry it needs none.
      const words = ['-S', join(directory, 'socket')];
      const list = await limited(limit, ['list', '--json', ...words], cli);
      const run = await limited(limit, ['kill', `pid:${pid}`, ...quickly, ...words], cli);
      expectNoLie(run, { id: '', session: '', pids: [pid], readyFile: '' });
      expect(list.stderr).not.toContain('vigil: unexpected');
      refusals.push(list.stdout, run.stderr);
      agent.kill('SIGKILL');
    }
    listener.close();
    expect(refusals.join()).toContain('spawn tmux EAGAIN');
  },
  300_000,
);
