/** One, two and three signals to vigil, and unexpected errors. In every case the terminal is
 * restored and no process stays stopped. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Observer, startObserver } from '../helpers/aftermath.ts';
import { type Agent, type Agents, isAlive, startAgents } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { type OwnTerminal, openTerminal } from '../helpers/terminal.ts';
import { cliPath, vigil, vigilEnv } from '../helpers/vigil.ts';

let farm: Agents;
let agent: Agent;
let observer: Observer;
let terminal: OwnTerminal | undefined;
beforeEach(async () => {
  farm = startAgents();
  agent = await farm.start('alpha-1', 'stubborn');
  const other = await farm.start('beta-1', 'cooperative');
  farm.record();
  observer = await startObserver(farm, agent, [other]);
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  farm.close();
});

const open = (words: readonly string[], env: Record<string, string> = {}) => {
  terminal = openTerminal(
    [process.execPath, cliPath, ...words, ...farm.options],
    vigilEnv({ XDG_STATE_HOME: farm.state, ...env }),
  );
  return terminal;
};
const sent = (signal: string) =>
  eventually(`${signal} was sent`, () => observer.log().some(line => line.signal === signal));
/** The screen while it terminates alpha-1. */
async function openEnding(env: Record<string, string> = {}): Promise<OwnTerminal> {
  const live = open(['-d', '0.3', '-F', 'alpha'], env);
  await live.prints(/live.*alpha/s);
  live.type('x');
  // The dialog accepts an answer only once the plan can have been read.
  await live.prints('y: SIGTERM');
  live.type('y');
  await sent('SIGTERM');
  return live;
}
const alternate = '\u001b[?1049l';

it('SIGUSR1 opens no debugger', async () => {
  const live = open(['list', '--watch', '-d', '0.3']);
  await live.prints('alpha');
  process.kill(await live.pid(), 'SIGUSR1');
  process.kill(await live.pid(), 'SIGINT');
  await live.left;
  expect(live.output()).not.toContain('Debugger');
});

it('the screen: one SIGINT finishes the termination and restores the terminal', async () => {
  const live = await openEnding();
  process.kill(await live.pid(), 'SIGINT');
  expect(await live.left).toEqual({ code: 130, signal: null, cooked: true });
  expect(live.output()).toContain(alternate);
  expect(observer.statusOf(agent)).toBe('terminated');
  expect(observer.log().at(-1)?.durationMs).toBeGreaterThan(3500);
  observer.afterwards([agent]);
});

it('the screen: a second SIGINT escalates', async () => {
  const live = await openEnding();
  const pid = await live.pid();
  process.kill(pid, 'SIGINT');
  await live.prints(alternate);
  process.kill(pid, 'SIGINT');
  expect(await live.left).toEqual({ code: 130, signal: null, cooked: true });
  expect(observer.log().at(-1)).toMatchObject({ outcome: 'killed' });
  expect(observer.log().at(-1)?.durationMs).toBeLessThan(3500);
  observer.afterwards([agent]);
});

it('a third signal exits at once, and lists the processes still running', async () => {
  const live = await openEnding();
  const pid = await live.pid();
  // All three are sent at once: the third arrives while the second is being handled.
  process.kill(pid, 'SIGSTOP');
  await eventually('it is stopped', () => statOf(pid)?.state === 'T');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGINT'] as const)
    process.kill(pid, signal);
  process.kill(pid, 'SIGCONT');
  await live.prints(alternate);
  for (let count = 0; count < 2 && isAlive(pid); count++) process.kill(pid, 'SIGINT');
  const left = await live.left;
  expect(left).toMatchObject({ signal: null, cooked: true });
  expect([129, 130, 143]).toContain(left.code);
  const alive = agent.pids.filter(isAlive);
  for (const each of alive) expect(statOf(each)?.state).not.toBe('T');
  if (alive.length > 0)
    expect(live.output()).toMatch(/vigil: exited before the kill finished; still running: pid \d+/);
  observer.afterwards(alive.length > 0 ? [] : [agent]);
});

it('an unexpected error prints one line, restores the terminal and leaves no process stopped', async () => {
  const bomb = join(farm.standIns.directory, 'bomb.cjs');
  writeFileSync(bomb, `process.on('SIGUSR2', () => { throw new Error('injected\\u001b[2J'); });`);
  for (const start of [
    () => open(['-d', '0.3'], { NODE_OPTIONS: `--require ${bomb}` }),
    undefined,
  ]) {
    const live = start?.() ?? (await openEnding({ NODE_OPTIONS: `--require ${bomb}` }));
    await live.prints(/live/);
    process.kill(await live.pid(), 'SIGUSR2');
    expect(await live.left).toEqual({ code: 1, signal: null, cooked: true });
    const after = live.output().slice(live.output().lastIndexOf(alternate));
    expect(after).toContain(
      'vigil: unexpected error: injected\\e[2J (--log-level debug shows a stack trace)',
    );
    // Processes still running are listed once.
    expect(after.split('exited before the kill finished')).toHaveLength(
      start === undefined ? 2 : 1,
    );
    live.close();
  }
  for (const pid of agent.pids) expect(statOf(pid)?.state).not.toBe('T');
  observer.afterwards([]);
});

it('after a SIGKILL the next vigil resumes stopped processes, still knows which agent owns them, and ends them', async () => {
  const live = await openEnding();
  process.kill(await live.pid(), 'SIGKILL');
  expect(await live.left).toMatchObject({ code: null, signal: 'SIGKILL' });
  const options = { env: { XDG_STATE_HOME: farm.state } };
  const kill = (...words: string[]) =>
    vigil(['kill', ...words, '--yes', '--force', ...farm.options], options);
  // Its session is gone, and the session's evidence of ownership with it; the kill journal has
  // it.
  const { stdout } = await vigil(['list', '--json', ...farm.options], options);
  const row = JSON.parse(stdout).rows.find(
    (each: { agentId: string }) => each.agentId === 'alpha-1',
  );
  expect([row.class, agent.pids.some(isAlive)]).toEqual(['live', true]);
  expect((await kill('alpha-1')).code).toBe(0);
  expect(agent.pids.filter(isAlive)).toEqual([]);
  expect(observer.statusOf(agent)).toBe('terminated');
  observer.afterwards([agent]);
});
