/** A write that is killed or fails at any file system call leaves the old state or the new one, never a third. The
 * fail point is compiled into the test program; the campaign does the same at every system call with strace. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseJson } from '../../source/core/registry/json.ts';
import { rounds } from '../helpers/campaign.ts';
import { failingUpdater, updater } from '../helpers/programs.ts';
import { createRegistryFile, type RegistryFile, start } from '../helpers/registry-file.ts';

let file: RegistryFile;
beforeEach(() => {
  file = createRegistryFile(3);
});
afterEach(() => file.close());

const content = () => readFileSync(file.path, 'utf8');

/** One update that grows the file, with an injected fault. */
const update = (failAt: number, how: string, growth = 500) =>
  start(failingUpdater, [file.path, 'a0', 1, file.acknowledgements, growth], {
    FAIL_AT: String(failAt),
    FAIL_HOW: how,
  }).ended;

async function callsOfAnUpdate(): Promise<number> {
  // The first one of a day makes a backup too.
  await update(0, 'KILL');
  const { said } = await update(0, 'KILL');
  return Number(/calls (\d+)/.exec(said)?.[1]);
}

/** After the next vigil the file is complete, and no other file remains. */
async function settle(): Promise<void> {
  file.ageQueueLock();
  expect(await start(updater, [file.path, 'a1', 1]).ended).toMatchObject({ code: 0, said: '' });
  expect(file.leftBeside()).toEqual([]);
}

describe('a kill', () => {
  for (const how of ['KILL', 'HALF'])
    it(`at every call leaves the old text or the new one (${how})`, async () => {
      const calls = await callsOfAnUpdate();
      expect(calls).toBeGreaterThan(20);
      let kills = 0;
      for (let at = 1; at <= calls; at += rounds(14, 1)) {
        const before = file.counts().get('a0') ?? 0;
        const { signal, code } = await update(at, how);
        // One that makes fewer calls, because it shortens the text or need not wait, is whole.
        if (signal === 'SIGKILL') kills++;
        else expect([at, code]).toEqual([at, 0]);
        // A partial write is detected by its journal; every other state is readable.
        if (how === 'KILL') expect([at, parseJson(content()).ok]).toEqual([at, true]);
        await settle();
        const after = file.counts().get('a0');
        expect([at, [before, before + 1].includes(after ?? -1)]).toEqual([at, true]);
        expect(after).toBeGreaterThanOrEqual(file.acknowledged().get('a0') ?? 0);
        expect(content()).toContain('"kept": [1.0, 1E5, 12345678901234567890]');
      }
      expect(kills).toBeGreaterThan(20 / rounds(14, 1));
    }, 300_000);
});

describe('an error', () => {
  for (const code of ['EIO', 'ENOSPC', 'EDQUOT', 'EROFS'])
    it(`at every call is reported, and leaves the old text or the new one (${code})`, async () => {
      const calls = await callsOfAnUpdate();
      let refusals = 0;
      for (let at = 1; at <= calls; at += rounds(code === 'EIO' ? 14 : 23, 1)) {
        const before = content();
        const count = file.counts().get('a0') ?? 0;
        const { code: exit, said } = await update(at, code);
        if (exit === 0) expect(file.counts().get('a0')).toBe(count + 1);
        else {
          refusals++;
          expect([at, JSON.parse(said).kind]).toEqual([at, 'refused']);
          // Complete, and equal to one of the two states, usually the old one.
          const now = file.counts().get('a0');
          expect([at, content() === before || now === count + 1]).toEqual([at, true]);
        }
        await settle();
      }
      expect(refusals).toBeGreaterThan(1);
    }, 300_000);
});

describe('another program’s update without a lock', () => {
  for (const how of ['REPLACES', 'TRUNCATES', 'SLOWLY'])
    it(`at every call is kept, and so is vigil’s (${how})`, async () => {
      const calls = await callsOfAnUpdate();
      const lost: string[] = [];
      // Odd, so that every kind of call and of update comes.
      for (let at = 1; at <= calls; at += rounds(19, 1)) {
        const before = JSON.parse(content());
        const { code, said } = await update(at, how, at % 2 === 0 ? 500 : 0);
        expect([at, code]).toEqual([at, 0]);
        const after = JSON.parse(content());
        expect([at, after.agents[0].count]).toEqual([at, before.agents[0].count + 1]);
        // Nothing is injected behind the last call.
        const isLost = said !== '' && after.beat !== (before.beat ?? 0) + 1;
        if (isLost) lost.push(said.trim());
        await settle();
      }
      expect(lost).toEqual([]);
    }, 300_000);
});

it('a kill at every system call, with strace', async () => {
  const calls = [
    'openat',
    'pwrite64',
    'fdatasync',
    'unlink',
    'ftruncate',
    'close',
    'mkdir',
    'rmdir',
  ];
  for (const call of calls)
    for (let when = 1; when <= rounds(1, 60); when++) {
      const before = file.counts().get('a0') ?? 0;
      const inject = ['-f', '-qq', '-o', '/dev/null', '-P', file.path, '-P', `${file.path}.lock`];
      const journal = '.AGENT_REGISTRY.json.vigil-journal';
      inject.push('-P', file.path.replace('AGENT_REGISTRY.json', journal));
      try {
        execFileSync(
          'strace',
          [
            ...inject,
            '-e',
            `inject=${call}:signal=KILL:when=${when}`,
            process.execPath,
            updater,
            file.path,
            'a0',
            '1',
            file.acknowledgements,
            '500',
          ],
          { stdio: 'ignore', env: { ...process.env, UV_USE_IO_URING: '0' } },
        );
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT')
          throw new Error('this test needs strace: install it (apt-get install strace)');
      }
      expect(parseJson(content()).ok).toBe(true);
      await settle();
      const after = file.counts().get('a0') ?? -1;
      expect([call, when, [before, before + 1].includes(after)]).toEqual([call, when, true]);
      expect(after).toBeGreaterThanOrEqual(file.acknowledged().get('a0') ?? 0);
      // Past the last call of this kind nothing is injected.
      if (after === before + 1 && when > 12) break;
    }
}, 900_000);
