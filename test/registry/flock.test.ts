/** The registry lock, taken with libc or flock(1), whichever is available. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flockThrough } from '../../source/host/lock/native-flock.ts';
import { eventually } from '../helpers/eventually.ts';
import { chownRegistry, people } from '../helpers/people.ts';
import { plainUpdater, updater } from '../helpers/programs.ts';
import { createRegistryFile, type RegistryFile, start } from '../helpers/registry-file.ts';
import { cliPath, vigil } from '../helpers/vigil.ts';

let file: RegistryFile;
let holder: ChildProcess | undefined;
beforeEach(() => {
  file = createRegistryFile(3);
});
afterEach(() => {
  holder?.kill('SIGKILL');
  holder = undefined;
  file.close();
});

/** A PATH that contains only what is needed to run the program as another user. */
function withoutFlock(): string {
  const directory = join(dirname(dirname(file.path)), 'bin');
  mkdirSync(directory);
  symlinkSync('/usr/bin/setpriv', join(directory, 'setpriv'));
  return directory;
}
const noPrograms = { PATH: '/nonexistent' };
const update = (program: string, env = {}) => start(program, [file.path, 'a0', 1], env).ended;

describe('an update', () => {
  it('needs no flock(1) if libc can be called, and no native package if flock(1) exists', async () => {
    expect(await update(updater, noPrograms)).toEqual({ code: 0, signal: null, said: '' });
    expect(await update(plainUpdater)).toEqual({ code: 0, signal: null, said: '' });
    expect(file.counts().get('a0')).toBe(2);
    expect(file.leftBeside()).toEqual([]);
  });

  it.each(people)('is refused without both, and $name gets the reason', async person => {
    chownRegistry(file, person);
    const before = readFileSync(file.path);
    const { code, said } = await start(
      plainUpdater,
      [file.path, 'a0', 1],
      { PATH: withoutFlock() },
      person.uid,
    ).ended;
    expect(code).toBe(1);
    expect(JSON.parse(said)).toMatchObject({ kind: 'refused' });
    expect(said).toContain('flock(1) is not installed (util-linux) and flock(2) cannot be called');
    expect(readFileSync(file.path).equals(before)).toBe(true);
    expect(file.leftBeside()).toEqual([]);
  });

  it('waits for an orchestrator that holds the lock, with and without flock(1)', async () => {
    const ways = [
      [updater, {}],
      [plainUpdater, {}],
      [updater, noPrograms],
    ] as const;
    for (const [count, [program, env]] of ways.entries()) {
      const child = await hold();
      const { child: waiting, ended } = start(program, [file.path, 'a0', 1], env);
      await eventually('it is in the queue', () => file.leftBeside().length > 0);
      expect(waiting.exitCode).toBe(null);
      expect(file.counts().get('a0')).toBe(count);
      child.kill('SIGKILL');
      expect((await ended).code).toBe(0);
      expect(file.counts().get('a0')).toBe(count + 1);
    }
  });

  it('excludes orchestrators while it runs: flock(1) cannot take the lock', () => {
    // Observed with strace: the last flock call on the file's descriptor before the read returns 0.
    const log = `${file.acknowledgements}.strace`;
    strace(['-e', 'trace=flock', '-o', log]);
    const calls = readFileSync(log, 'utf8')
      .split('\n')
      .filter(line => line.includes('flock(') && line.includes('LOCK_EX'));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatch(/flock\(\d+<.*AGENT_REGISTRY\.json>, LOCK_EX\|LOCK_NB\) += 0/);
  });
});

describe('a call of libc that', () => {
  it('is interrupted by a signal is retried', () => {
    strace(['-e', 'trace=flock', '-e', 'inject=flock:error=EINTR:when=1..5', '-o', '/dev/null']);
    expect(file.counts().get('a0')).toBe(1);
  });

  it('fails for another reason falls back to flock(1)', () => {
    for (const error of ['ENOLCK', 'EBADF', 'ENOSYS'])
      strace(['-e', 'trace=flock', '-e', `inject=flock:error=${error}`, '-o', '/dev/null']);
    expect(file.counts().get('a0')).toBe(3);
  });

  it('is interrupted forever is abandoned', () => {
    let calls = 0;
    const take = flockThrough(
      () => {
        calls++;
        return -1;
      },
      () => constants.errno.EINTR,
    );
    expect(take(3, 'exclusive')).toBe('unclear');
    expect(calls).toBeLessThan(1000);
  });
});

it('doctor shows how registries are locked, and what to do if they cannot be', async () => {
  const check = async (cli: string, path: string | undefined) => {
    const { stdout } = await vigil(['doctor', '--json', '-L', 'vigil-test-nobody'], {
      cli,
      env: path === undefined ? {} : { PATH: path },
    });
    const { checks } = JSON.parse(stdout);
    return checks.find(({ name }: { name: string }) => name === 'flock');
  };
  // A copy of the program has no packages next to it.
  const copy = join(dirname(file.path), 'dist');
  cpSync(dirname(cliPath), copy, { recursive: true });
  const alone = join(copy, 'cli.js');
  expect((await check(cliPath, undefined)).detail).toMatch(
    /^flock\(2\) in libc, flock from util-linux/,
  );
  expect((await check(alone, undefined)).detail).toMatch(/^flock from .*, run for every lock$/);
  expect(await check(cliPath, '/nonexistent')).toMatchObject({
    state: 'ok',
    detail: 'flock(2) in libc, no flock(1): a busy lock is polled',
  });
  expect(await check(alone, '/nonexistent')).toMatchObject({
    state: 'bad',
    advice: 'install util-linux: without it registries are read-only',
  });
});

/** One update under strace, which does not follow flock(1). */
function strace(words: readonly string[]): void {
  try {
    execFileSync(
      'strace',
      ['-qq', '-y', ...words, process.execPath, updater, file.path, 'a0', '1'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Error('this test needs strace: install it (apt-get install strace)');
    throw error;
  }
}

/** An orchestrator that holds the lock until it is killed. */
async function hold(): Promise<ChildProcess> {
  const program = `
import fcntl, signal, sys
file = open(sys.argv[1], 'r+')
fcntl.flock(file, fcntl.LOCK_EX)
print('held', flush=True)
signal.pause()
`;
  const child = spawn('python3', ['-c', program, file.path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  holder = child;
  await new Promise(resolve => child.stdout.once('data', resolve));
  return child;
}
