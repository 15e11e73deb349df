/** vigil's own files may have been planted by another user: no command hangs or writes through them, and each
 * reports it in one line. */
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, allDead, isAlive } from '../helpers/agents.ts';
import { kindsOf } from '../helpers/campaign.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { isRoot, nobody } from '../helpers/people.ts';
import { statOf } from '../helpers/stand-ins.ts';

let farm: Cleanups;
let directory: string;
let outside: string;
/** Content of the file that resembles a journal. */
let note: string;
function writeNote(pid: number): void {
  note = noteOn(pid);
  writeFileSync(join(outside, 'note'), note);
}
beforeEach(() => {
  farm = startCleanups();
  directory = join(farm.state, 'vigil');
  outside = join(farm.standIns.directory, 'outside');
  mkdirSync(outside);
  note = '';
  writeFileSync(join(outside, 'file'), 'root only\n');
  writeFileSync(join(outside, 'note'), note);
});
afterEach(() => farm.close());

/** Planted objects in place of the files: all at once, so that no pids are used up for it.
 * @param target of a link. */
const kinds: Record<string, (paths: readonly string[], target: string) => void> = {
  'a link'(paths, target) {
    for (const path of paths) symlinkSync(join(outside, target), path);
  },
  'a link to nothing'(paths) {
    for (const path of paths) symlinkSync(join(outside, 'made'), path);
  },
  'a FIFO': paths => execFileSync('mkfifo', paths),
  'a directory'(paths) {
    for (const path of paths) mkdirSync(path);
  },
};

/** As left by a vigil that was killed while it had stopped this process: the next one resumes it. */
const noteOn = (pid: number) =>
  JSON.stringify({
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    by: { pid: 424242, start: '1' },
    stopped: [{ pid, start: statOf(pid)?.start }],
    endings: [],
  });

/** Stopped from outside: only a vigil that trusts a journal would resume it. */
async function stopChild({ live }: World): Promise<number> {
  const pid = live.pids[1] as number;
  process.kill(pid, 'SIGSTOP');
  await eventually('it is stopped', () => statOf(pid)?.state === 'T');
  return pid;
}

type World = { undead: Agent; live: Agent; named: Agent };
async function grow(): Promise<World> {
  const undead = await farm.start('undead-1', 'stubborn but for HUP');
  const live = await farm.start('live-1', 'with a setsid child');
  const named = await farm.start('named-1', 'cooperative');
  farm.husk('husk-1');
  farm.recordAs({
    'undead-1': 'completed',
    'live-1': 'working',
    'named-1': 'working',
    'husk-1': 'working',
  });
  return { undead, live, named };
}

/** No file there has changed, and none is new. */
function expectOutsideUntouched(): void {
  expect(readdirSync(outside).sort()).toEqual(['file', 'note']);
  expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('root only\n');
  expect(readFileSync(join(outside, 'note'), 'utf8')).toBe(note);
}

/** The next pids are consecutive: vigil's own journal will have one of these names. */
function nextNotes(): string[] {
  const last = Number(readFileSync('/proc/sys/kernel/ns_last_pid', 'utf8'));
  return Array.from({ length: 150 }, (_, index) => `ending-${last + 1 + index}.json`);
}

const linesOf = (text: string) => text.split('\n').filter(line => line !== '');

/** A kill, a sweep and a poll; each does its work. @returns their output. */
async function expectWork({ undead, live, named }: World): Promise<string[]> {
  const list = await farm.vigil('list');
  expect([list.code, list.stderr]).toEqual([0, '']);
  const kill = await farm.vigil('kill', 'named-1', '--yes');
  expect([0, 1], kill.stderr).toContain(kill.code);
  await allDead(named.pids);
  const sweep = await farm.vigil('sweep', '--yes');
  expect([0, 1], sweep.stderr).toContain(sweep.code);
  await allDead(undead.pids);
  expect(live.pids.every(isAlive)).toBe(true);
  expect(farm.sessions()).toEqual(['agent_live-1', 'people']);
  return [kill.stderr, sweep.stderr];
}

describe('in the state directory', () => {
  // test/commands/odd-state-files.test.ts has the others, with other commands.
  for (const [kind, put] of kindsOf(kinds, 'a link', 'a link to nothing')) {
    it(`${kind} in place of the log is reported in one line, and the command succeeds`, async () => {
      const world = await grow();
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const log = join(directory, 'vigil.log');
      put([log], 'file');
      const before = lstatSync(log).ino;
      for (const said of await expectWork(world))
        expect(linesOf(said)).toEqual([
          expect.stringMatching(/cannot write to the audit log .*: ./),
        ]);
      expect(lstatSync(log).ino).toBe(before);
      expectOutsideUntouched();
    });

    it(`${kind} in place of journals and known sessions neither hangs nor misleads a command`, async () => {
      const world = await grow();
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const stopped = await stopChild(world);
      writeNote(stopped);
      const names = ['sessions.json', 'ending-424242.json', 'ending-1.json', ...nextNotes()];
      put(
        names.map(name => join(directory, name)),
        'note',
      );
      for (const said of await expectWork(world)) expect(linesOf(said).length).toBeLessThan(2);
      expect(statOf(stopped)?.state).toBe('T');
      expectOutsideUntouched();
    });
  }

  it('a regular journal of ours is used', async () => {
    const world = await grow();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const stopped = await stopChild(world);
    const path = join(directory, 'ending-424242.json');
    writeFileSync(path, noteOn(stopped), { mode: 0o600 });
    for (const said of await expectWork(world)) expect(linesOf(said).length).toBeLessThan(2);
    await eventually('it goes on', () => statOf(stopped)?.state !== 'T');
    expect(existsSync(path)).toBe(false);
    expect(readFileSync(join(directory, 'vigil.log'), 'utf8')).toContain('named-1');
  });

  it.runIf(isRoot)('of another user nothing is trusted, and nothing is written', async () => {
    const world = await grow();
    mkdirSync(directory, { recursive: true, mode: 0o777 });
    symlinkSync(join(outside, 'file'), join(directory, 'vigil.log'));
    const stopped = await stopChild(world);
    writeFileSync(join(directory, 'ending-424242.json'), noteOn(stopped));
    writeFileSync(join(directory, 'sessions.json'), '{}');
    execFileSync('chown', ['-hR', `${nobody}:${nobody}`, farm.state]);
    const before = readdirSync(directory);
    for (const said of await expectWork(world)) {
      expect(linesOf(said).filter(line => line.includes('audit log'))).toEqual([
        expect.stringContaining('belongs to another user'),
      ]);
      expect(linesOf(said).length).toBeLessThan(3);
    }
    expect(statOf(stopped)?.state).toBe('T');
    expect(readdirSync(directory)).toEqual(before);
    expectOutsideUntouched();
  });

  it('that is a link to another user’s, a file or a FIFO itself, the command still succeeds', async () => {
    const theirs = join(farm.standIns.directory, 'theirs');
    mkdirSync(theirs);
    if (isRoot) chownSync(theirs, nobody, nobody);
    const places: Record<string, () => void> = {
      link: () => symlinkSync(isRoot ? theirs : join(theirs, 'nothing'), directory),
      file: () => writeFileSync(directory, 'a file'),
      fifo: () => execFileSync('mkfifo', [directory]),
    };
    const live = await farm.start('live-1', 'cooperative');
    for (const [title, put] of Object.entries(places)) {
      const id = `undead-${title}`;
      const undead = await farm.start(id, 'cooperative');
      farm.recordAs({ 'live-1': 'working', [id]: 'completed' });
      execFileSync('rm', ['-rf', farm.state]);
      mkdirSync(farm.state);
      put();
      const { stderr } = await farm.vigil('sweep', '--yes');
      expect([title, linesOf(stderr).filter(line => line.includes('audit log')).length]).toEqual([
        title,
        1,
      ]);
      await allDead(undead.pids);
      expect([title, readdirSync(theirs)]).toEqual([title, []]);
    }
    expect(live.pids.every(isAlive)).toBe(true);
    expectOutsideUntouched();
  });
});
