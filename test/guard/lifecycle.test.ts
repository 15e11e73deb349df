/** The guard as a process: its lock, its signals, a stop, a kill, and a tmux that is slow. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { pathWith } from '../helpers/fake-program.ts';
import { createGuards, type Guards, isEvent, type Said } from '../helpers/guards.ts';
import { statOf } from '../helpers/stand-ins.ts';

let farm: Cleanups;
let guards: Guards;
beforeEach(() => {
  farm = startCleanups();
  guards = createGuards(farm.standIns.directory, farm.state);
});
afterEach(() => {
  guards.close();
  farm.close();
});

const lockFile = () => join(farm.workspace.path, 'registry', '.vigil-watch.lock');

it('without the workspace that was named there is no guard', async () => {
  const away = join(farm.standIns.directory, 'away');
  const { how, stderr } = await guards.start(['-w', away, '-L', farm.server.name]).exited;
  expect([how, stderr]).toEqual([5, expect.stringContaining(`${away}: no such workspace`)]);
});

describe('one guard', () => {
  it('has the lock, gives signs of life, reads its configuration again, and releases the lock', async () => {
    farm.recordAs({ 'ghost-1': 'working' });
    guards.configure({ health: 0.3 });
    const guard = guards.start(farm.options);
    await guard.until('what it sees', isEvent('looked'));
    const second = guards.start(farm.options);
    const refused = await second.exited;
    expect(refused.how).toBe(4);
    expect(refused.stderr).toContain(`pid ${guard.pid} (vigil watch, since `);
    expect(second.said()).toEqual([]);
    const beat = Number(readFileSync(join(farm.workspace.path, '.daemon_health'), 'utf8'));
    expect(Math.abs(beat - Date.now() / 1000)).toBeLessThan(30);
    guards.configure({ policy: { live: 'kill' } });
    guard.child.kill('SIGHUP');
    const kept = await guard.until('that it refuses the configuration', isEvent('config-refused'));
    expect(kept.text).toContain('guard.policy.live');
    const often = { minimumAge: 0, looks: 1, health: 0.3, every: 0.3 };
    const acting = { policy: { ghost: 'reconcile' }, ...often };
    guards.configure(acting);
    guard.child.kill('SIGHUP');
    await guard.until('that it has read it', isEvent('config-read'));
    await guard.until('that it acts on it', isEvent('reconciled'));
    expect(farm.status('ghost-1')).toBe('terminated');
    guard.child.kill('SIGUSR1');
    const status = await guard.until('its status', isEvent('status'));
    expect(status).toMatchObject({
      pid: guard.pid,
      // On a busy machine the last poll may have been too slow.
      health: expect.stringMatching(/^(good|warning)$/),
      lastAction: expect.stringContaining('close 1 dead entry'),
    });
    guards.configure(acting, { 'read-only': true, spare: ['vite'] });
    guard.child.kill('SIGHUP');
    await guard.until('what needs a restart', said => said.text.startsWith('spare changed: '));
    farm.recordAs({ 'ghost-2': 'working' });
    await guard.until('what it would do', isEvent('would-reconcile'));
    expect(farm.status('ghost-2')).toBe('working');
    const stopped = Date.now();
    guard.child.kill('SIGTERM');
    expect((await guard.exited).how).toBe(143);
    // The step that has begun is a poll.
    expect(Date.now() - stopped).toBeLessThan(4000);
    expect(existsSync(lockFile())).toBe(false);
  });

  it('takes over from one that was killed in the middle of its work, and says what was unfinished', async () => {
    const undead = await farm.start('undead-1', 'stubborn');
    farm.recordAs({ 'undead-1': 'completed' });
    guards.configure({ policy: { undead: 'kill' }, minimumAge: 0, looks: 2, health: 0.3 });
    const first = guards.start(farm.options);
    const log = join(farm.state, 'vigil', 'vigil.log');
    const hasBegun = () =>
      existsSync(log) && readFileSync(log, 'utf8').includes('"signal":"SIGTERM"');
    await eventually('its work has begun', hasBegun);
    first.child.kill('SIGKILL');
    expect((await first.exited).how).toBe('SIGKILL');
    expect(undead.pids.some(isAlive)).toBe(true);
    const next = guards.start(farm.options);
    const taken = await next.until('that it took over', isEvent('took-over'));
    expect(taken).toMatchObject({ previous: { pid: first.pid }, unfinished: ['undead-1'] });
    expect(taken.text).toContain('unfinished: end undead-1');
    await allDead(undead.pids);
    await next.until('that it has finished', isEvent('killed'));
    next.child.kill('SIGTERM');
    expect((await next.exited).how).toBe(143);
    expect(existsSync(lockFile())).toBe(false);
    const third = guards.start([...farm.options, '--once']);
    expect((await third.exited).how).toBe(0);
    expect(third.said().map(({ event }) => event)).not.toContain('took-over');
  });

  it('only polls in the first run after it was stopped', async () => {
    guards.configure({ policy: { undead: 'kill' }, minimumAge: 0, looks: 2, health: 0.5 });
    farm.recordAs({});
    const guard = guards.start(farm.options);
    await guard.until('what it sees', isEvent('looked'));
    guard.child.kill('SIGSTOP');
    await eventually('it is stopped', () => statOf(guard.pid)?.state === 'T');
    const stoppedAt = Date.now();
    const undead = await farm.start('undead-1', 'cooperative');
    farm.recordAs({ 'undead-1': 'completed' });
    await eventually('it was stopped for long', () => Date.now() - stoppedAt > 7000);
    guard.child.kill('SIGCONT');
    const resumed = await guard.until('that it was suspended', isEvent('resumed'));
    await allDead(undead.pids);
    const killed = await guard.until('that it ended it', isEvent('killed'));
    const looks = guard.said().filter(isEvent('resumed'));
    expect(looks).toEqual([resumed]);
    // Two polls of its own had to agree first.
    expect(Date.parse(killed.time) - Date.parse(resumed.time)).toBeGreaterThan(400);
  });
});

/** Whether it ended an agent: a sweep may also have found files alone. */
const isSwept = ({ event, targets }: Said) =>
  event === 'swept' &&
  (targets as { outcome: string }[]).some(({ outcome }) => outcome !== 'refused');

it('with a tmux that takes 1.9 s for each call, runs never overlap and nothing is concluded too soon', async () => {
  const real = execFileSync('which', ['tmux'], { encoding: 'utf8' }).trim();
  const calls = join(farm.standIns.directory, 'calls');
  const slowMs = 1900;
  const PATH = pathWith(
    farm.standIns.directory,
    'tmux',
    `case "$*" in *list-panes*) date +%s%3N >> '${calls}';; esac
sleep ${slowMs / 1000}; exec '${real}' "$@"`,
  );
  const undead = await farm.start('undead-1', 'cooperative');
  const live = await farm.start('live-1', 'cooperative');
  farm.recordAs({ 'undead-1': 'completed', 'live-1': 'working' });
  guards.configure({
    policy: { undead: 'sweep' },
    minimumAge: 1,
    looks: 2,
    health: 0.3,
    every: 0.5,
  });
  const guard = guards.start(farm.options, { PATH });
  await guard.until('that it swept', said => isSwept(said) || said.event === 'held-back');
  guard.child.kill('SIGTERM');
  expect((await guard.exited).how).toBe(143);
  expect(live.pids.every(isAlive)).toBe(true);
  // On a busy machine a call takes over two seconds: then its source could not be read.
  expect(undead.pids.some(isAlive)).toBe(!guard.said().some(isSwept));
  const began = readFileSync(calls, 'utf8').trim().split('\n').map(Number);
  const apart = began.slice(1).map((at, index) => at - (began[index] ?? 0));
  // A call that writes its time late makes the next one look nearer than it is: by much less than half a call.
  expect(Math.min(...apart)).toBeGreaterThan(slowMs / 2);
});
