/** A server that squats on another user's tmux socket path receives nothing, and is not trusted. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { isRoot, nobody } from '../helpers/people.ts';
import { type Run, vigil } from '../helpers/vigil.ts';

let farm: Cleanups;
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => farm.close());

const at = (words: readonly string[], env = {}): Promise<Run> =>
  vigil([...words, '-w', farm.workspace.path], { env: { ...farm.env, ...env } });
const registries = () =>
  [farm.workspace.taskFile(farm.task), farm.workspace.globalFile].map(path =>
    readFileSync(path, 'utf8'),
  );
/** Listens in place of a tmux server, and records its input. */
const recorder = `
import os, socket, sys, threading
path, got = sys.argv[1:3]
server = socket.socket(socket.AF_UNIX)
server.bind(path); os.chmod(path, 0o777); server.listen(9)
open(got, 'w').close()
def keep(client):
    while True:
        data = client.recv(65536)
        if not data: return
        with open(got, 'ab') as file: file.write(data)
while True:
    client, _ = server.accept()
    with open(got, 'ab') as file: file.write(b'[asked]')
    threading.Thread(target=keep, args=(client,), daemon=True).start()
`;

describe.runIf(isRoot)('a server that squats on tmux’s socket path', () => {
  const secrets = {
    ANTHROPIC_API_KEY: 'sk-secret-1',
    MY_TOKEN: 'secret-2',
    SSH_AUTH_SOCK: '/secret-3',
  };
  let count = 0;
  /** @returns the TMUX_TMPDIR of the squatted directory, and what the server has received. */
  async function squat(prepare: (directory: string) => void) {
    const base = join(farm.standIns.directory, `squatted-${++count}`);
    const directory = join(base, 'tmux-0');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const got = `${base}.got`;
    const path = join(directory, 'evil');
    farm.standIns.start('python3', ['-c', recorder, path, got]);
    await eventually('it listens', () => existsSync(got));
    prepare(directory);
    return { base, path, got: () => readFileSync(got, 'latin1') };
  }
  const squatted: Record<string, (directory: string) => void> = {
    'belongs to another user': directory => chownSync(directory, nobody, nobody),
    'is open to other users': directory => chmodSync(directory, 0o777),
    'may be entered by other users': directory => chmodSync(directory, 0o701),
    'is a link to another user’s'(directory) {
      const theirs = `${dirname(directory)}-theirs`;
      execFileSync('mv', [directory, theirs]);
      chownSync(theirs, nobody, nobody);
      symlinkSync(theirs, directory);
    },
  };
  for (const [title, prepare] of Object.entries(squatted))
    it(`is not queried if the socket directory ${title}`, async () => {
      const live = await farm.start('live-1', 'cooperative');
      farm.recordAs({ 'live-1': 'working', 'ghost-1': 'working' });
      const { base, got } = await squat(prepare);
      const before = registries();
      for (const words of [
        ['list', '--json'],
        ['list', '--json', '-L', 'evil'],
        ['reconcile', '--yes'],
        ['sweep', '--yes', '-L', 'evil'],
      ]) {
        const run = await at(words, { TMUX_TMPDIR: base, ...secrets });
        expect([words, run.code]).toEqual([words, 5]);
        expect(run.stdout + run.stderr).toMatch(/socket directory/);
        expect([words, got()]).toEqual([words, '']);
        expect(registries()).toEqual(before);
      }
      expect(live.pids.every(isAlive)).toBe(true);
    });

  it('receives no secret if it is queried', async () => {
    farm.recordAs({ 'ghost-1': 'working' });
    const { base, path, got } = await squat(() => undefined);
    for (const [words, env] of [
      [['list', '--json'], { TMUX_TMPDIR: base }],
      [['list', '--json', '-L', 'evil'], { TMUX_TMPDIR: base }],
      [['list', '--json', '-S', path], {}],
      [['kill', 'ghost-1', '--yes', '-S', path], {}],
      [['list', '--json'], { TMUX_TMPDIR: base, TMUX: `${path},1,0` }],
    ] as const) {
      const asked = got().length;
      const run = await at(words, { ...env, ...secrets });
      if (words[0] === 'list') expect([words, run.code]).toEqual([words, 5]);
      expect(got().length, words.join(' ')).toBeGreaterThan(asked);
    }
    expect(got()).toContain('PATH=');
    expect(got()).not.toContain('secret');
  });
});
