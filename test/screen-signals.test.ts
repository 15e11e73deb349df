/** Sending signals with the key S, on the built program beside real agents in a real tmux. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allDead, exists, isAlive } from './helpers/agents.ts';
import { agentsOnScreen } from './helpers/agents-on-screen.ts';
import { eventually } from './helpers/eventually.ts';
import { statOf } from './helpers/stand-ins.ts';
import { vigil } from './helpers/vigil.ts';

const watched = agentsOnScreen();
const open = (...words: string[]) =>
  watched.open(['-d', '0.5', ...words], { columns: 140, rows: 30 });

/** Counts each SIGWINCH, which other programs ignore, in a file beside its READY_FILE. */
const counting = `#!/usr/bin/env python3
import os, signal
ready = os.environ['READY_FILE']
def count(*_):
    with open(ready + '.count', 'a') as file: file.write('.')
signal.signal(signal.SIGWINCH, count)
with open(ready + '.tmp', 'w') as file: file.write(str(os.getpid()))
os.rename(ready + '.tmp', ready)
while True: signal.pause()
`;

const logLines = () =>
  readFileSync(join(watched.farm.state, 'vigil', 'vigil.log'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));

it('a signal is chosen by its number, confirmed once its plan was readable, and sent once', async () => {
  const agent = await watched.farm.run('alpha-1', counting);
  const other = await watched.farm.start('beta-1', 'cooperative');
  watched.farm.record();
  const live = await open('-F', 'alpha-1');
  live.press('S');
  await live.shows(/> +15 TERM/);
  // y means nothing here, nor does a paste.
  live.press('y');
  live.paste('9y');
  live.press('2', '8');
  await live.shows(/> +28 WINCH/);
  await live.shows('Signal: 28');
  live.press('Enter');
  await live.shows('Send SIGWINCH: 3 processes');
  await live.shows(`send  ${agent.pids[0]}`);
  await live.confirm();
  await live.shows('SIGWINCH sent to 3 processes');
  const count = () =>
    exists(`${agent.readyFile}.count`) ? readFileSync(`${agent.readyFile}.count`, 'utf8') : '';
  await eventually('it has counted it', () => count() !== '');
  const lines = logLines().filter(each => each.stage === 'signal');
  expect(lines.map(({ signal, result, target }) => [signal, result, target])).toEqual(
    Array.from({ length: 3 }, () => ['SIGWINCH', 'sent', 'agent:alpha-1']),
  );
  expect(lines.map(({ pid }) => pid)).toContain(agent.pids[0]);
  expect(other.pids.every(isAlive)).toBe(true);
  expect(count()).toBe('.');
  live.press('q');
  await live.shows('left with 0');
  const log = await vigil(['log', 'alpha-1'], { env: { XDG_STATE_HOME: watched.farm.state } });
  expect(log.stdout).toMatch(/signal alpha-1 done by .*key S\): SIGWINCH/);
});

it('y before the plan was readable does nothing, and Esc leaves without a signal', async () => {
  const agent = await watched.farm.run('alpha-1', counting);
  watched.farm.record();
  const live = await open();
  live.press('-l', 'S');
  await live.shows(/> +15 TERM/);
  live.press('2', '8', 'Enter', 'y');
  await live.shows('> Cancel <');
  live.press('Escape');
  await live.shows(/> live +alpha-1/);
  expect(exists(`${agent.readyFile}.count`)).toBe(false);
  expect(exists(join(watched.farm.state, 'vigil', 'vigil.log'))).toBe(false);
});

it('SIGSTOP spares the pane process, and SIGCONT resumes the others', async () => {
  const agent = await watched.farm.start('alpha-1', 'with a setsid child');
  watched.farm.record();
  const live = await open();
  live.press('S', '1', '9', 'Enter');
  await live.shows('Send SIGSTOP: 3 processes');
  await live.shows(/spare \d+ {2}pane process: tmux would resume it/);
  await live.confirm();
  await live.shows('SIGSTOP sent to 3 processes; 1 spared');
  const stateOf = (pid: number) => statOf(pid)?.state;
  await eventually('they are stopped', () => agent.pids.every(pid => stateOf(pid) === 'T'));
  live.press('S', '1', '8', 'Enter');
  await live.shows('Send SIGCONT: 4 processes');
  await live.confirm();
  await live.shows('SIGCONT sent to 4 processes');
  await eventually('they run', () => agent.pids.every(pid => stateOf(pid) === 'S'));
});

it('SIGKILL is the termination of X', async () => {
  const agent = await watched.farm.start('alpha-1', 'stubborn');
  watched.farm.record();
  const live = await open();
  live.press('S', '9', 'Enter');
  await live.shows('Kill with SIGKILL: 1 target');
  await live.confirm();
  await live.shows(/alpha-1 killed in/);
  await allDead(agent.pids);
});

it('--read-only refuses', async () => {
  await watched.farm.start('alpha-1', 'cooperative');
  watched.farm.record();
  const live = await open('--read-only');
  live.press('S');
  await live.shows('Read-only mode: this key is disabled');
});
