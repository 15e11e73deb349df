/** The user's own commands, on the built program beside a real session. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LiveScreen, startScreen } from './helpers/screen.ts';
import { startTmux, type TmuxServer } from './helpers/tmux-server.ts';
import { vigil } from './helpers/vigil.ts';

let directory: string;
let server: TmuxServer;
let screen: LiveScreen | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  mkdirSync(join(directory, 'vigil'));
  server = startTmux();
});
afterEach(() => {
  screen?.close();
  screen = undefined;
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

const configure = (...commands: object[]) =>
  writeFileSync(join(directory, 'vigil', 'config.json'), JSON.stringify({ commands }));

/** Opens the screen on the row of one session. */
async function open(session: string, ...words: string[]): Promise<LiveScreen> {
  server.session(session, 'sleep', '1000');
  screen = await startScreen(['-L', server.name, '-F', 'session:agent_', '-d', '0.5', ...words], {
    columns: 160,
    config: directory,
    env: `XDG_STATE_HOME='${directory}/state'`,
  });
  await screen.shows(/> \w+\?? +agent_/);
  return screen;
}

/** Writes its arguments to a file, each in a line of JSON. */
const recorder = (file: string) => [
  'python3',
  '-c',
  'import json, os, sys; open(sys.argv[1] + ".tmp", "w").write(json.dumps(sys.argv[2:])); os.rename(sys.argv[1] + ".tmp", sys.argv[1])',
  file,
];

it('one in the background gets the values of the row, and its exit is reported', async () => {
  const file = join(directory, 'arguments');
  const touched = join(directory, 'touched');
  const argv = [...recorder(file), '{session}', 'pid={pid}', '{session} {session}'];
  configure({ key: 'D', title: 'record arguments', argv, where: 'background' });
  const name = `agent_a b;$(touch ${touched.replaceAll('.', '_')})'"`;
  const live = await open(name);
  live.press('D');
  await live.shows('record arguments: exited with code 0');
  const pid = server.tmux('list-panes', '-a', '-F', '#{pane_pid}').trim();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([name, `pid=${pid}`, `${name} ${name}`]);
  live.press('?');
  await live.shows(/ D +record arguments/);
  live.press('Escape', ':');
  live.press('-l', 'record');
  await live.shows(/> D +record arguments/);
  live.press('Escape', 'q');
  await live.shows('left with 0');
  const log = await vigil(['log'], { env: { XDG_STATE_HOME: join(directory, 'state') } });
  expect(log.stdout).toMatch(/command .* started by .*key D\): python3/);
});

it('one on the terminal has it cooked, with its own Ctrl-C, and gives it back', async () => {
  const program =
    'trap "echo caught" INT; echo asking; read -r line; echo "got $line"; read -r line; exit 3';
  configure({ key: 'D', title: 'ask', argv: ['bash', '-c', program] });
  const live = await open('agent_here');
  live.press('D');
  const shown = await live.shows('asking');
  expect(shown).not.toContain('CLASS');
  live.press('C-c');
  await live.shows('caught');
  live.press('typed', 'Enter');
  await live.shows('got');
  live.press('more', 'Enter');
  await live.shows('ask: exited with code 3');
  await live.shows(/> \w+\?? +agent_here/);
  live.press('j', 'q');
  await live.shows('left with 0');
  live.press('stty -a | grep -c " icanon.* echo "', 'Enter');
  await live.shows(/^1$/m);
});

it('one that is stopped with Ctrl-Z stops vigil with it, and fg returns to it', async () => {
  configure({
    key: 'D',
    title: 'wait',
    argv: ['bash', '-c', 'echo waiting; read -r line; exit 4'],
  });
  const live = await open('agent_here');
  live.press('D');
  await live.shows('waiting');
  live.press('C-z');
  await live.shows(/Stopped/);
  live.press('echo back', 'Enter');
  await live.shows(/^back$/m);
  live.press('fg', 'Enter');
  await live.shows(/^clear; |vigil|node/m);
  live.press('done', 'Enter');
  await live.shows('wait: exited with code 4');
});

it('vigil that is ended meanwhile ends it, and restores the terminal', async () => {
  configure({ key: 'D', title: 'wait', argv: ['bash', '-c', 'echo waiting; read -r line'] });
  const live = await open('agent_here');
  live.press('D');
  await live.shows('waiting');
  process.kill(await live.pid(), 'SIGTERM');
  await live.shows('left with 143');
  live.press('stty -a | grep -c " icanon.* echo "', 'Enter');
  await live.shows(/^1$/m);
});

it('--read-only runs those alone that are marked, and a missing program is reported', async () => {
  const file = join(directory, 'arguments');
  configure(
    { key: 'D', title: 'change', argv: recorder(file), where: 'background' },
    {
      key: 'B',
      title: 'read',
      argv: ['/nonexistent/program'],
      readOnly: true,
      where: 'background',
    },
  );
  const live = await open('agent_here', '--read-only');
  live.press('D');
  await live.shows('Read-only mode: this key is disabled');
  live.press('Escape', 'B');
  await live.shows('read: cannot run /nonexistent/program: no such program');
  expect(() => readFileSync(file)).toThrow('ENOENT');
});

it('the demo runs none', async () => {
  configure({ key: 'D', title: 'change', argv: ['touch', join(directory, 'file')] });
  screen = await startScreen(['--demo'], { columns: 130, config: directory });
  await screen.shows(/> live/);
  screen.press('D');
  await screen.shows('change: the demo runs no commands');
});

it('a wrong one stops vigil with the file and the field', async () => {
  configure({ key: 'x', title: 'mine', argv: ['true'] });
  const run = await vigil(['list'], { env: { XDG_CONFIG_HOME: directory } });
  const path = join(directory, 'vigil', 'config.json');
  expect(run).toMatchObject({
    code: 2,
    stderr: `vigil: ${path}: commands[0].key: "x" is taken (end gracefully (shows the plan first))\n`,
  });
});
