/** Something else in the place of vigil's lock or journal beside a registry, and a registry with a tail. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { updater } from '../helpers/programs.ts';
import { createRegistryFile, type RegistryFile, start } from '../helpers/registry-file.ts';
import { vigil } from '../helpers/vigil.ts';

let file: RegistryFile;
beforeEach(() => {
  file = createRegistryFile(3);
});
afterEach(() => file.close());

const update = () => start(updater, [file.path, 'a0', 1]).ended;
const journal = () => join(dirname(file.path), `.${basename(file.path)}.vigil-journal`);

describe('in the place of', () => {
  const things: readonly (readonly [string, () => string])[] = [
    ['the lock a plain file, as Python’s filelock leaves it', () => plain(`${file.path}.lock`)],
    ['the lock a directory with something in it', () => full(`${file.path}.lock`)],
    ['the journal a directory', () => full(journal())],
  ];
  const plain = (path: string) => {
    writeFileSync(path, '');
    return path;
  };
  const full = (path: string) => {
    mkdirSync(path);
    return plain(join(path, 'theirs'));
  };
  for (const [title, make] of things)
    it(`${title} stays, and the update is made`, async () => {
      const theirs = make();
      const before = new Set(readdirSync(dirname(file.path)));
      expect(await update()).toMatchObject({ code: 0 });
      expect(file.counts().get('a0')).toBe(1);
      expect(existsSync(theirs)).toBe(true);
      expect(readdirSync(dirname(file.path)).filter(name => !before.has(name))).toEqual([]);
    });

  it('the lock a file that another program has locked is waited for', async () => {
    const lock = plain(`${file.path}.lock`);
    const ready = join(dirname(file.path), 'ready');
    const holder = spawn('python3', [
      '-c',
      'import fcntl,sys,time\nf=open(sys.argv[1],"w"); fcntl.flock(f,fcntl.LOCK_EX)\nopen(sys.argv[2],"w").close()\ntime.sleep(1000)',
      lock,
      ready,
    ]);
    try {
      await eventually('it is locked', () => existsSync(ready));
      const waiting = update();
      await new Promise(resolve => setTimeout(resolve, 700));
      expect(file.counts().get('a0') ?? 0).toBe(0);
      holder.kill('SIGKILL');
      expect(await waiting).toMatchObject({ code: 0 });
      expect(file.counts().get('a0')).toBe(1);
    } finally {
      holder.kill('SIGKILL');
    }
  });
});

it('a whole document with something after it is offered for repair, and quarantined first', async () => {
  const directory = join(dirname(file.path), '.agent-workspace');
  const path = join(directory, 'TASK-1', 'AGENT_REGISTRY.json');
  mkdirSync(dirname(path), { recursive: true });
  const whole = JSON.stringify({ task_id: 'TASK-1', agents: [{ id: 'a-1', status: 'completed' }] });
  writeFileSync(path, `${whole}"status": "working"}]}`);
  const run = (...words: string[]) => vigil(['reconcile', '-w', directory, ...words]);
  const planned = await run('--dry-run');
  expect(planned.code).toBe(5);
  expect(planned.stdout).toContain('now: one whole JSON document, and 22 characters after it');
  expect(statSync(path).size).toBe(whole.length + 22);
  const done = await run('--yes');
  expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('1 registry repaired')]);
  expect(readFileSync(path, 'utf8')).toBe(whole);
  const quarantine = join(directory, 'registry', 'quarantine');
  const [kept = ''] = readdirSync(quarantine);
  expect(readFileSync(join(quarantine, kept), 'utf8')).toBe(`${whole}"status": "working"}]}`);
  expect((await run('--yes')).code).toBe(0);
});
