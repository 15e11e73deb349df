/** Waiting for locks, and files that are replaced meanwhile. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { UpdateResult } from '../../source/core/ports/registry-store.ts';
import { createRegistryStore } from '../../source/host/registry/store.ts';
import { eventually } from '../helpers/eventually.ts';
import { chownRegistry, people } from '../helpers/people.ts';
import { updater } from '../helpers/programs.ts';
import { createRegistryFile, type RegistryFile, start } from '../helpers/registry-file.ts';
import { statOf } from '../helpers/stand-ins.ts';

const store = createRegistryStore();
let file: RegistryFile;
let holder: ChildProcess | undefined;
beforeEach(() => {
  file = createRegistryFile(2);
});
afterEach(() => {
  holder?.kill('SIGKILL');
  holder = undefined;
  file.close();
});

const update = (waitMs: number): Promise<UpdateResult> =>
  store.update({
    files: [{ path: file.path, scope: 'task' }],
    waitMs,
    mutate: () => [{ path: file.path, edits: [{ at: ['agents', 0, 'count'], value: 7 }] }],
  });

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

it('a stopped holder is named and keeps its lock; once it exits, the lock is free', async () => {
  const child = await hold();
  child.kill('SIGSTOP');
  await eventually('it is stopped', () => statOf(child.pid as number)?.state === 'T');
  const before = readFileSync(file.path);
  const result = await update(300);
  expect(result).toMatchObject({ kind: 'busy', path: file.path });
  expect(result.kind === 'busy' && result.holder).toMatch(
    new RegExp(
      `^pid ${child.pid} \\(python3?[\\d.]*\\), stopped, running since \\d\\d:\\d\\d:\\d\\d$`,
    ),
  );
  expect(readFileSync(file.path).equals(before)).toBe(true);
  expect(file.leftBeside()).toEqual([]);
  child.kill('SIGKILL');
  expect((await update(5000)).kind).toBe('done');
  expect(file.counts().get('a0')).toBe(7);
});

it.each(people)('a stopped holder is reported to $name and keeps its lock', async person => {
  chownRegistry(file, person);
  const child = await hold();
  child.kill('SIGSTOP');
  await eventually('it is stopped', () => statOf(child.pid as number)?.state === 'T');
  const before = readFileSync(file.path);
  const { code, said } = await start(updater, [file.path, 'a0', 1], { WAIT_MS: '300' }, person.uid)
    .ended;
  expect(code).toBe(1);
  // The user nobody cannot read the open files of root's processes.
  const holder =
    person.uid === undefined
      ? expect.stringMatching(new RegExp(`^pid ${child.pid} .*stopped`))
      : 'a process that is not visible to vigil';
  expect(JSON.parse(said)).toMatchObject({ kind: 'busy', path: file.path, holder });
  expect(readFileSync(file.path).equals(before)).toBe(true);
  expect(file.leftBeside()).toEqual([]);
  child.kill('SIGKILL');
  expect((await start(updater, [file.path, 'a0', 1], {}, person.uid).ended).code).toBe(0);
});

it('an update waits only until the holder releases the lock', async () => {
  const child = await hold();
  const waiting = update(20_000);
  await eventually('it is in the queue', () =>
    file.leftBeside().includes('AGENT_REGISTRY.json.lock'),
  );
  child.kill('SIGKILL');
  expect((await waiting).kind).toBe('done');
});

it('a file that is replaced during the wait is reopened, and the new one is written', async () => {
  const child = await hold();
  const waiting = update(20_000);
  await eventually('it is in the queue', () =>
    file.leftBeside().includes('AGENT_REGISTRY.json.lock'),
  );
  const text = readFileSync(file.path, 'utf8').replace('"kept"', '"newer"');
  writeFileSync(`${file.path}.new`, text);
  renameSync(`${file.path}.new`, file.path);
  child.kill('SIGKILL');
  expect((await waiting).kind).toBe('done');
  const after = readFileSync(file.path, 'utf8');
  expect(after).toContain('"newer"');
  expect(file.counts().get('a0')).toBe(7);
});

it('many updates of one process are queued', async () => {
  const results = await Promise.all(Array.from({ length: 10 }, () => update(20_000)));
  expect(new Set(results.map(result => result.kind))).toEqual(new Set(['done']));
  expect(file.leftBeside()).toEqual([]);
});
