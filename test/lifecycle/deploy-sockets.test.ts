/** Deploys to tmux servers that a rollback would not query by default: a server that was not queried proves
 * nothing about its sessions. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Deploys, nothing, startDeploys } from '../helpers/deploys.ts';
import { eventually } from '../helpers/eventually.ts';
import { vigil } from '../helpers/vigil.ts';

let ground: Deploys;
let place: string;
let socket: string;
beforeEach(() => {
  ground = startDeploys();
  place = join(ground.standIns.directory, 'place');
  mkdirSync(place);
  socket = join(place, 'sock');
});
afterEach(() => {
  try {
    tmux('kill-server');
  } catch {
    // It exited with its last session.
  }
  ground.close();
});

const tmux = (...words: string[]) =>
  execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
/** Another session keeps the server running. */
const startServer = () => {
  tmux('new-session', '-d', '-s', 'people', 'sleep', '1000');
  return Number(tmux('display-message', '-p', '#{pid}'));
};
const sessions = () => tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
const wordsFor = (...command: string[]) => [
  ...['deploy', '-w', ground.workspace.path, '--task', ground.task, '--type', 'builder'],
  ...['--prompt', 'do it', '--', ...command],
];
/** A deploy that fails because its program exits at once. */
const fail = (options: readonly string[], env: Record<string, string> = {}) => {
  const [verb = '', ...rest] = wordsFor('no-such-program');
  return vigil([verb, ...options, ...rest], { env: { ...ground.env, ...env }, cwd: place });
};
const expectUndone = async (deploying: ReturnType<typeof vigil>) => {
  const run = await deploying;
  expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('step "still alive" failed')]);
  expect(run.stderr).toContain('Cleaned up tmux session agent_builder-');
  expect(sessions()).toEqual(['people']);
  expect(ground.left()).toEqual(nothing);
};

it('a session on a socket with a relative path is rolled back', async () => {
  startServer();
  await expectUndone(fail(['-S', './sock']));
});

it('a session on a socket behind a symbolic link is rolled back', async () => {
  startServer();
  symlinkSync(place, join(ground.standIns.directory, 'link'));
  await expectUndone(fail(['-S', join(ground.standIns.directory, 'link', 'sock')]));
});

it('a session on the server that vigil runs in, outside the socket directory, is rolled back', async () => {
  const pid = startServer();
  symlinkSync(place, join(ground.standIns.directory, 'link'));
  for (const path of [socket, join(ground.standIns.directory, 'link', 'sock')]) {
    const around = { TMUX: `${path},${pid},0`, TMUX_TMPDIR: place };
    await expectUndone(fail([], around));
  }
});

it('the target server is queried before anything is created, however its path is spelled', async () => {
  const pid = startServer();
  process.kill(pid, 'SIGSTOP');
  const around = { TMUX: `${socket},${pid},0`, TMUX_TMPDIR: place };
  const runs = [await fail(['-S', './sock']), await fail([], around)];
  process.kill(pid, 'SIGCONT');
  for (const run of runs)
    expect([run.code, run.stderr]).toEqual([5, expect.stringContaining('no answer within 2 s')]);
  expect(ground.left()).toEqual(nothing);
});

it('a killed deploy is rolled back by a vigil on other servers, once the deploy’s server answers', async () => {
  const pid = startServer();
  // Its vigil is killed as soon as the session exists.
  const real = `"$(PATH="\${PATH#*:}" command -v tmux)" "$@"`;
  const die = `case "$*" in *new-session*) kill -KILL $PPID;; esac`;
  ground.wrap('tmux', `${real}\ncode=$?\n${die}\nexit $code\n`);
  const [verb = '', ...rest] = wordsFor(ground.standIns.agent('claude'));
  expect((await vigil([verb, '-S', socket, ...rest], { env: ground.env })).code).toBe(null);
  ground.wrap('tmux', `exec ${real}\n`);
  await eventually('its program runs', () => ground.left().processes.length > 0);
  process.kill(pid, 'SIGSTOP');
  const early = await ground.run('sweep', '--yes').finally(() => process.kill(pid, 'SIGCONT'));
  expect([early.code, early.stdout]).toEqual([1, expect.stringContaining('no answer within 2 s')]);
  expect(ground.left()).toMatchObject({ intents: { length: 1 } });
  expect(sessions()).toHaveLength(2);
  expect((await ground.run('sweep', '--yes')).code).toBe(0);
  expect(sessions()).toEqual(['people']);
  expect(ground.left()).toEqual(nothing);
});
