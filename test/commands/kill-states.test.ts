/** Agents in states that hide whether they are running, or in which signals are not delivered. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Agent, type Agents, startAgents } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { createFreezer, type Freezer } from '../helpers/freezer.ts';
import { deadLeader } from '../helpers/hostile-agents.ts';
import {
  type Bystanders,
  endWatched,
  hasLivingThread,
  startBystanders,
} from '../helpers/observer.ts';
import { hasStart, statOf } from '../helpers/stand-ins.ts';
import { vigil } from '../helpers/vigil.ts';

let farm: Agents;
let bystanders: Bystanders;
let freezer: Freezer | undefined;
beforeEach(async () => {
  farm = startAgents();
  bystanders = await startBystanders(farm, 'alpha-1');
});
afterEach(() => {
  freezer?.close();
  freezer = undefined;
  farm.close();
});

async function end(agent: Agent, ...words: string[]) {
  farm.record();
  const watched = await endWatched(farm, [agent], bystanders, words);
  const [target] = watched.targets;
  if (target === undefined) throw new Error(`no target: ${watched.stderr}`);
  return { ...watched, target };
}
const entry = (id: string) =>
  JSON.parse(readFileSync(farm.workspace.taskFile(farm.task), 'utf8')).agents.find(
    (each: { id: string }) => each.id === id,
  );
/** The row of an agent in a new `vigil list`. */
async function list(id: string, state = farm.state) {
  const run = await vigil(['list', '--json', ...farm.options], { env: { XDG_STATE_HOME: state } });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout).rows.find((each: { agentId?: string }) => each.agentId === id);
}
const tracerOf = (pid: number) =>
  Number(/^TracerPid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);

it('an agent whose first thread has exited is running, and is killed', async () => {
  const agent = await farm.run('alpha-1', deadLeader);
  const [pid = 0] = agent.pids;
  await eventually('its leader is dead', () => statOf(pid)?.state === 'Z');
  farm.record();
  const list = await vigil(['list', '--json', ...farm.options]);
  const row = JSON.parse(list.stdout).rows.find(
    (each: { agentId?: string }) => each.agentId === 'alpha-1',
  );
  expect(row.class).toBe('live');
  const { code, target } = await end(agent);
  expect([code, target.outcome]).toEqual([0, 'killed']);
  expect(target.processes.find(each => each.pid === pid)?.outcome).toBe('killed');
});

it('an agent whose name holds an escape sequence, a newline and a false state is ended, and shown escaped', async () => {
  const agent = await farm.run(
    'alpha-1',
    `#!/usr/bin/env python3
import ctypes, os, signal
ctypes.CDLL(None).prctl(15, b'x) R 1\\x1b[31m\\n', 0, 0, 0)
ready = os.environ['READY_FILE']
open(ready + '.tmp', 'w').write(str(os.getpid()))
os.rename(ready + '.tmp', ready)
while True: signal.pause()
`,
  );
  const [pid = 0] = agent.pids;
  expect(readFileSync(`/proc/${pid}/comm`, 'latin1')).toBe('x) R 1\u001b[31m\n\n');
  farm.record();
  const shown = await vigil(['why', 'alpha-1', ...farm.options]);
  expect([shown.code, shown.stdout.includes('\u001b')]).toEqual([0, false]);
  const { code, target } = await end(agent);
  expect([code, target.outcome, hasLivingThread(pid)]).toEqual([0, 'exited', false]);
});

it('an agent blocked in the kernel survives, keeps its entry and its row, and is ended when it is unblocked', async () => {
  const agent = await farm.start('kernel-1', 'cooperative');
  // A name unique to this test: one on another server would be reported there.
  const [pid = 0] = agent.pids;
  freezer = createFreezer(1);
  await freezer.freeze([pid]);
  await eventually('it waits', () => statOf(pid)?.state === 'D');
  const { code, target } = await end(agent);
  expect([code, target.outcome]).toEqual([1, 'survived']);
  expect(target.errors.join('\n')).toMatch(/claude.*survived \(D\)/);
  expect(hasLivingThread(pid)).toBe(true);
  expect(entry('kernel-1').status).toBe('stuck');
  const tracked: { pid: number; start: string }[] = entry('kernel-1').tracked_processes;
  expect(tracked.some(each => each.pid === pid && hasStart(pid, each.start))).toBe(true);
  // Its session is gone, but for the next vigil it is alive, also for one that cannot read the kill journal.
  for (const state of [farm.state, join(farm.standIns.directory, 'another-state')])
    expect(await list('kernel-1', state)).toMatchObject({
      ...{ class: 'live', status: 'stuck', session: null },
      processes: [{ pid, state: 'D' }],
    });
  await vigil(['reconcile', '--yes', ...farm.options], { env: { XDG_STATE_HOME: farm.state } });
  expect(entry('kernel-1').status).toBe('stuck');
  freezer.thaw();
  // Pending signals are delivered now.
  await eventually('it is dead', () => !hasLivingThread(pid));
  expect(await list('kernel-1')).toMatchObject({ class: 'ghost', processes: [] });
  const again = await end(agent);
  expect([again.code, again.target.outcome, again.sent]).toEqual([0, 'vanished', []]);
  expect(entry('kernel-1').status).toBe('terminated');
});

it('an agent that takes seconds to die of SIGKILL is waited for', async () => {
  const agent = await farm.start('alpha-1', 'cooperative');
  const [pid = 0] = agent.pids;
  const frozen = createFreezer(1);
  freezer = frozen;
  await frozen.freeze([pid]);
  const log = join(farm.state, 'vigil', 'vigil.log');
  // The fault itself takes this long; there is no condition to wait for.
  const thawed = eventually(
    'SIGKILL was sent',
    () => existsSync(log) && /"SIGKILL"/.test(readFileSync(log, 'utf8')),
  )
    .then(() => new Promise(resolve => setTimeout(resolve, 1500)))
    .then(() => frozen.thaw());
  const { code, target } = await end(agent, '--force');
  await thawed;
  expect([code, target.outcome]).toEqual([0, 'killed']);
  expect(target.durationMs).toBeGreaterThan(1500);
});

it('an agent in a frozen version 2 cgroup receives only SIGKILL', async () => {
  // It would exit some time after SIGTERM by itself.
  const agent = await farm.start('alpha-1', 'slow');
  freezer = createFreezer(2);
  await freezer.freeze(agent.pids);
  const { code, target } = await end(agent);
  expect([code, target.outcome, target.escalated_to_sigkill]).toEqual([0, 'killed', true]);
  expect(entry('alpha-1').status).toBe('terminated');
});

it('an agent under a debugger is ended, and the debugger is left alone', async () => {
  for (const habit of ['cooperative', 'stubborn'] as const) {
    const agent = await farm.start(`alpha-${habit}`, habit);
    const [pid = 0] = agent.pids;
    const strace = farm.standIns.start('strace', ['-f', '-o', '/dev/null', '-p', String(pid)]);
    const left = new Promise(resolve => strace.on('exit', (_code, signal) => resolve(signal)));
    await eventually('it is watched', () => tracerOf(pid) === strace.pid);
    const { code, target, sent } = await end(agent);
    expect([code, target.outcome]).toEqual([0, habit === 'stubborn' ? 'killed' : 'exited']);
    expect(sent.map(each => each.pid)).not.toContain(strace.pid);
    // It exits by itself after its last tracee, not by SIGKILL.
    expect(await left).not.toBe('SIGKILL');
  }
});

it('an agent whose debugger is stopped cannot exit, is reported as traced, and exits when the debugger resumes', async () => {
  const agent = await farm.start('alpha-1', 'cooperative');
  const [pid = 0] = agent.pids;
  const strace = farm.standIns.start('strace', ['-o', '/dev/null', '-p', String(pid)]);
  await eventually('it is watched', () => tracerOf(pid) === strace.pid);
  process.kill(strace.pid as number, 'SIGSTOP');
  await eventually('the debugger is stopped', () => statOf(strace.pid as number)?.state === 'T');
  const { code, target, sent } = await end(agent);
  expect([code, target.outcome, entry('alpha-1').status]).toEqual([1, 'survived', 'stuck']);
  expect(target.errors.join('\n')).toContain('survived (t): held by a debugger');
  expect(sent.map(each => each.pid)).not.toContain(strace.pid);
  process.kill(strace.pid as number, 'SIGCONT');
  await eventually('it is dead', () => !hasLivingThread(pid));
});
