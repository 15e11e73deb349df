/** Deploys that fail at each step: everything is rolled back, and the report names the step, the reason and what
 * was rolled back. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rounds } from '../helpers/campaign.ts';
import { type Deploys, nothing, startDeploys } from '../helpers/deploys.ts';
import { eventually } from '../helpers/eventually.ts';
import { holdLock } from '../helpers/lock-holder.ts';
import { killIfRunning } from '../helpers/stand-ins.ts';
import type { Run } from '../helpers/vigil.ts';

let ground: Deploys;
afterEach(() => ground.close());

const realTmux = `exec "$(PATH="\${PATH#*:}" command -v tmux)" "$@"\n`;
const logs = () => {
  const directory = join(ground.workspace.path, ground.task, 'logs');
  return readdirSync(directory).map(name =>
    JSON.parse(readFileSync(join(directory, name), 'utf8')),
  );
};
const spawned = () =>
  JSON.parse(readFileSync(ground.workspace.taskFile(ground.task), 'utf8')).total_spawned;

/** A program that exits once a child in a session of its own ignores SIGTERM. */
function leaver(): string {
  const ready = join(ground.workspace.path, 'ready');
  const child = `trap "" TERM HUP; : > "${ready}"; sleep 300`;
  return `setsid sh -c '${child}' </dev/null >/dev/null 2>&1 & until [ -e "${ready}" ]; do sleep 0.01; done; exit 3`;
}

function expectUndone(run: Run, step: string, said: string): void {
  expect([run.code, run.stdout]).toEqual([1, '']);
  expect(run.stderr).toContain(`step "${step}" failed`);
  expect(run.stderr).toContain(said);
  expect(ground.left()).toEqual(nothing);
  expect(spawned()).toBe(0);
}

describe('everything is rolled back of a deploy', () => {
  it('whose session cannot be created', async () => {
    ground = startDeploys();
    ground.wrap(
      'tmux',
      `case "$*" in *new-session*) echo "no room" >&2; exit 1;; esac\n${realTmux}`,
    );
    expectUndone(await ground.deploy('builder'), 'tmux session', 'no room');
    expect(logs()[0]).toMatchObject({ success: false, step: 'tmux session', error: 'no room' });
  });

  it('whose program exits at once, and its last output is reported', async () => {
    ground = startDeploys();
    const run = await ground.deploy('builder', '--', 'no-such-program');
    expectUndone(run, 'still alive', 'its program exited at once');
    expect(run.stderr).toMatch(/no-such-program.*not found/);
    expect(run.stderr).toContain('Cleaned up prompt file agent_prompt_builder-');
    expect(logs()[0].cleanup.join()).toContain('Cleaned up tmux session agent_builder-');
  });

  it('whose program leaves children behind', async () => {
    ground = startDeploys();
    expectUndone(
      await ground.deploy('builder', '--', 'sh', '-c', leaver()),
      'still alive',
      'exited',
    );
  });

  it.runIf(existsSync('/dev/full'))('and an unwritable log adds one line', async () => {
    ground = startDeploys();
    const words = ['--log-file', '/dev/full', '--', 'sh', '-c', leaver()];
    const run = await ground.deploy('builder', ...words);
    expectUndone(run, 'still alive', 'exited');
    expect(run.stderr).toMatch(/^vigil deploy: cannot write to the audit log \/dev\/full/m);
  });

  it.each(['task', 'global'] as const)('that cannot be written to the %s registry', async scope => {
    ground = startDeploys();
    const { workspace, task } = ground;
    const path = scope === 'task' ? workspace.taskFile(task) : workspace.globalFile;
    const letGo = await holdLock(path);
    const deploying = ground.deploy('builder', '--lock-wait', '0.3', '--', 'claude');
    const run = await deploying.finally(letGo);
    // While the registry is locked the entry cannot be removed: that is reported, and the intent is kept.
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/step "registries" failed: .*lock busy/);
    expect(ground.left()).toMatchObject({ prompts: [], sessions: [], processes: [], entries: [] });
    expect((await ground.run('reconcile', '--yes')).code).toBe(0);
    expect(ground.left()).toEqual(nothing);
    expect(spawned()).toBe(0);
  });

  it('whose tmux server dies during it', async () => {
    ground = startDeploys();
    const deploying = ground.deploy('builder', '--', 'claude');
    await eventually('its session is there', () => ground.left().sessions.length > 0);
    process.kill(ground.server.pid(), 'SIGKILL');
    const run = await deploying;
    expect([run.code, run.stderr]).toEqual([
      1,
      expect.stringContaining('step "still alive" failed'),
    ]);
    await ground.run('sweep', '--yes');
    expect(ground.left()).toEqual(nothing);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('that is interrupted by %s', async signal => {
    ground = startDeploys();
    const { pid, done } = ground.begin('builder');
    await eventually('its session is there', () => ground.left().sessions.length > 0);
    process.kill(pid, signal);
    expect(await done).toBe({ SIGTERM: 143, SIGINT: 130, SIGHUP: 129 }[signal]);
    expect(ground.left()).toEqual(nothing);
    expect(spawned()).toBe(0);
  });
});

it('a session that a hung server creates late is removed by the next vigil', async () => {
  ground = startDeploys();
  const server = ground.server.pid();
  // It answers the pre-flight queries, then hangs.
  ground.wrap('tmux', `case "$*" in *new-session*) kill -STOP ${server};; esac\n${realTmux}`);
  const run = await ground
    .deploy('builder', '--', 'claude')
    .finally(() => process.kill(server, 'SIGCONT'));
  expect([run.code, run.stderr]).toEqual([
    1,
    expect.stringContaining('step "tmux session" failed'),
  ]);
  expect(run.stderr).toContain('not rolled back: tmux session');
  await eventually('the session is there after all', () => ground.left().sessions.length > 0);
  expect(ground.left().intents).toHaveLength(1);
  ground.wrap('tmux', realTmux);
  expect((await ground.run('sweep', '--yes')).code).toBe(0);
  expect(ground.left()).toEqual(nothing);
});

describe('the next vigil rolls back a deploy', () => {
  const steps: readonly (readonly [string, () => boolean])[] = [
    ['the intent', () => ground.left().intents.length > 0],
    ['the prompt', () => ground.left().prompts.length > 0],
    ['the session', () => ground.left().sessions.length > 0],
    ['the program', () => ground.left().processes.length > 0],
    ['the entry', () => ground.left().entries.length > 0],
  ];
  it.each(steps)('that was killed as soon as %s existed', async (_name, isThere) => {
    ground = startDeploys();
    for (let round = 0; round < rounds(1, 20); round++) {
      const { pid, done } = ground.begin('builder');
      await eventually('it has come so far', () => isThere());
      killIfRunning(pid);
      await done;
      // If it finished first, its agent stays and its intent is gone.
      const left = ground.left();
      if (left.intents.length === 0) {
        expect(left).toMatchObject({ prompts: { length: 1 }, sessions: { length: 1 } });
        return;
      }
      const verb = round % 2 === 0 ? 'reconcile' : 'sweep';
      const next = await ground.run(verb, '--yes');
      expect([next.code, next.stderr]).toEqual([0, '']);
      expect(ground.left()).toEqual(nothing);
      expect(spawned()).toBe(0);
    }
  });

  it('that was killed before or after any tmux command', async () => {
    ground = startDeploys();
    const count = join(ground.standIns.directory, 'calls');
    for (let round = 0; round < rounds(3, 40); round++) {
      const [call, when] = [Math.floor(round / 2) + 1, round % 2 === 0 ? 'before' : 'after'];
      const die = `[ "$(wc -l < ${count})" = ${call} ] && kill -KILL $PPID\n`;
      const real = realTmux.replace('exec ', '');
      ground.wrap(
        'tmux',
        `echo >> ${count}\n${when === 'before' ? `${die}${real}` : `${real}code=$?\n${die}exit $code`}`,
      );
      const { done } = ground.begin('builder');
      const code = await done;
      ground.wrap('tmux', realTmux);
      if (code === 0) break;
      await ground.run('sweep', '--yes');
      const next = await ground.run('reconcile', '--yes');
      expect([call, when, next.code]).toEqual([call, when, 0]);
      expect([call, when, ground.left()]).toEqual([call, when, nothing]);
      rmSync(count);
    }
  });
});
