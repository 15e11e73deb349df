/** `vigil log`: what was done by earlier vigils, in a real state directory. */
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Agents, allDead, startAgents } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { cliPath, vigil, vigilEnv } from '../helpers/vigil.ts';

let farm: Agents;
let env: Record<string, string>;
beforeEach(() => {
  farm = startAgents();
  env = { XDG_STATE_HOME: join(farm.standIns.directory, 'log-state') };
});
afterEach(() => farm.close());

const logFile = () => join(env.XDG_STATE_HOME ?? '', 'vigil', 'vigil.log');
const run = (...words: string[]) => vigil(words, { env });
const entries = async (...words: string[]) =>
  JSON.parse((await run('log', '--json', ...words)).stdout).entries;

it('has what an earlier vigil ended: when, who, how and why, also over ssh and after a rotation', async () => {
  const agent = await farm.start('alpha-1', 'cooperative');
  farm.record();
  const kill = ['kill', 'alpha-1', '--yes', '--reason', 'too slow', ...farm.options];
  await vigil(kill, { env: { ...env, SSH_CONNECTION: '10.0.0.7 1 10.0.0.1 22' } });
  await allDead(agent.pids);
  renameSync(logFile(), `${logFile()}.1`);
  appendFileSync(logFile(), '{"torn');
  const [entry, ...rest] = await entries('alpha-1');
  expect(rest).toEqual([]);
  expect(entry).toMatchObject({
    ...{ kind: 'end', agentId: 'alpha-1', outcome: 'exited', reason: 'too slow' },
    by: { uid: process.getuid?.(), command: 'kill', from: '10.0.0.7' },
  });
  expect(entry.signals.map((each: { signal: string }) => each.signal)).toContain('SIGTERM');
  const { stdout } = await run('log');
  expect(stdout).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}alpha-1 exited in \d\.\d s by \S+ \(pid \d+, kill, from 10\.0\.0\.7\): too slow$/m,
  );
  expect((await run('log', '--signals')).stdout).toMatch(/SIGTERM pid \d+ (sent|gone): .*claude/);
  // The entry in the registry is that of an ended agent: `why` knows by which vigil.
  const why = await run('why', 'alpha-1', ...farm.options);
  expect(why.stdout).toContain('alpha-1 exited in');
});

it('tells an ending that was interrupted', async () => {
  await farm.start('alpha-1', 'stubborn');
  farm.record();
  const child = spawn(process.execPath, [cliPath, 'kill', 'alpha-1', '--yes', ...farm.options], {
    env: vigilEnv(env),
    stdio: 'ignore',
  });
  await eventually('a signal is in the log', () => {
    try {
      return readFileSync(logFile(), 'utf8').includes('"signal":"SIGTERM"');
    } catch {
      return false;
    }
  });
  expect((await entries()).map((each: { outcome: string }) => each.outcome)).toEqual(['running']);
  child.kill('SIGKILL');
  await eventually('it is gone', () => child.signalCode !== null);
  expect((await entries()).map((each: { outcome: string }) => each.outcome)).toEqual([
    'interrupted',
  ]);
});

it('says so when there is nothing about a target, or in that time', async () => {
  const none = await run('log', 'nosuch');
  expect([none.code, none.stdout, none.stderr]).toEqual([
    ...[3, '', 'vigil log: nothing about nosuch in the audit log\n'],
  ]);
  expect((await run('log')).code).toBe(0);
  const agent = await farm.start('alpha-1', 'cooperative');
  farm.record();
  await run('kill', 'alpha-1', '--yes', ...farm.options);
  await allDead(agent.pids);
  expect((await entries('--since', '1h')).length).toBe(1);
  expect(await entries('--since', '0s')).toEqual([]);
  expect((await run('log', '--since', 'soon')).code).toBe(2);
});
