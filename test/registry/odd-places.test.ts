/** Files that cannot or must not be written. As root and, where root bypasses permissions, as the user nobody. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistryStore } from '../../source/host/registry/store.ts';
import { asUser, chownRegistry, isRoot, nobody, people } from '../helpers/people.ts';
import { updater } from '../helpers/programs.ts';
import {
  createRegistryFile,
  type RegistryFile,
  registryText,
  start,
} from '../helpers/registry-file.ts';

let file: RegistryFile;
beforeEach(() => {
  file = createRegistryFile(3);
});
afterEach(() => file.close());

/** Why the store refuses an update, which must not have been applied. */
async function refusal(path: string, growth = 0, env = {}, uid?: number): Promise<string> {
  const { code, said } = await start(updater, [path, 'a0', 1, '', growth], env, uid).ended;
  expect(code).toBe(1);
  const result = JSON.parse(said);
  expect(result.kind).toBe('refused');
  return result.reason;
}

/** Runs a script in its own mount namespace, as root or as root of a user namespace. */
function inNamespace(script: string): string {
  const words = ['--mount', ...(isRoot ? [] : ['--user', '--map-root-user'])];
  return execFileSync('unshare', [...words, 'bash', '-ec', script], { encoding: 'utf8' });
}

const updateIn = (directory: string, growth: number, uid?: number) =>
  `${asUser(uid).join(' ')} '${process.execPath}' '${updater}' '${directory}/AGENT_REGISTRY.json' a0 1 '' ${growth} 2>&1 >/dev/null || true`;

describe.each(people)('a file system, for $name,', person => {
  const { uid } = person;
  /** Gives everything in a directory of the script to the user. */
  const giveIn = (directory: string) =>
    uid === undefined ? '' : `chown -R ${uid}:${uid} '${directory}'`;
  beforeEach(() => chownRegistry(file, person));

  it('that is full keeps the old text byte for byte, and no other file', () => {
    const directory = join(dirname(file.path), 'small');
    mkdirSync(directory);
    const said = inNamespace(`
      mount -t tmpfs -o size=64k none '${directory}'
      cp '${file.path}' '${directory}/'
      ${giveIn(directory)}
      head -c 1000000 /dev/zero > '${directory}/filler' 2>/dev/null || true
      ${updateIn(directory, 9000, uid)}
      cmp '${file.path}' '${directory}/AGENT_REGISTRY.json' && echo same
      rm '${directory}/filler'; ls -A '${directory}'
      ${updateIn(directory, 9000, uid)}
      cmp -s '${file.path}' '${directory}/AGENT_REGISTRY.json' || echo written
    `);
    expect(said).toContain('"kind":"refused"');
    expect(said).toContain('no space left on its file system');
    expect(said).toMatch(/same\nAGENT_REGISTRY\.json\nwritten\n$/);
  });

  it('that is read-only is reported in one clause', () => {
    const directory = join(dirname(file.path), 'fixed');
    mkdirSync(directory);
    const said = inNamespace(`
      mount -t tmpfs -o size=1m none '${directory}'
      cp '${file.path}' '${directory}/'
      ${giveIn(directory)}
      mount -o remount,ro '${directory}'
      ${updateIn(directory, 0, uid)}
    `);
    expect(JSON.parse(said)).toMatchObject({
      kind: 'refused',
      reason: 'its file system is read-only',
    });
  });
});

describe('permissions', () => {
  // The user nobody needs access to the path.
  const open = (mode: number) => {
    chmodSync(dirname(dirname(dirname(file.path))), 0o755);
    chmodSync(file.path, mode);
  };

  it('that are missing are reported', async () => {
    if (isRoot) {
      open(0o644);
      chownSync(file.path, nobody, nobody);
      chmodSync(file.path, 0o444);
      chownSync(dirname(file.path), nobody, nobody);
      chmodSync(dirname(file.path), 0o555);
      expect(await refusal(file.path, 0, {}, nobody)).toBe('permission denied');
    } else {
      chmodSync(dirname(file.path), 0o555);
      expect(await refusal(file.path)).toBe('permission denied');
      chmodSync(dirname(file.path), 0o755);
    }
  });

  it('of another owner are not used, even by root', async () => {
    const before = readFileSync(file.path);
    if (!isRoot) {
      // An ordinary user cannot create files of others: use a system file.
      expect(await refusal('/etc/passwd')).toContain('owned by uid 0');
      return;
    }
    chownSync(file.path, nobody, nobody);
    expect(await refusal(file.path)).toBe(
      'owned by uid 65534, but vigil runs as uid 0; run vigil as the owner',
    );
    open(0o666);
    chownSync(file.path, 0, 0);
    expect(await refusal(file.path, 0, {}, nobody)).toContain('owned by uid 0');
    expect(readFileSync(file.path).equals(before)).toBe(true);
  });

  it('of other users are preserved: a file of mode 0666 is written and keeps its mode', async () => {
    chmodSync(file.path, 0o666);
    expect((await start(updater, [file.path, 'a0', 1]).ended).code).toBe(0);
    expect(statSync(file.path).mode & 0o777).toBe(0o666);
  });
});

describe.each(people)(
  'what is not a regular file is refused at once for $name, and kept:',
  person => {
    const real = () => `${file.path}.real`;
    const cases: readonly (readonly [string, RegExp, () => unknown])[] = [
      ['a FIFO', /not a regular file/, () => void execFileSync('mkfifo', [file.path])],
      ['a directory', /not a regular file/, () => mkdirSync(file.path)],
      ['a symbolic link', /symbolic link/, () => symlinkSync(real(), file.path)],
      ['a link to /dev/full', /symbolic link/, () => symlinkSync('/dev/full', file.path)],
      ['a hard link', /2 hard links/, () => linkSync(real(), file.path)],
      ['nothing', /no such file/, () => undefined],
      ['a socket', /not a regular file/, () => listen(file.path)],
    ];
    let close: (() => void) | undefined;
    afterEach(() => close?.());
    const listen = (path: string) =>
      new Promise<void>(resolve => {
        const server = createServer().listen(path, resolve);
        close = () => server.close();
      });

    for (const [name, reason, make] of cases)
      it(name, async () => {
        renameSync(file.path, real());
        const before = readFileSync(real());
        await make();
        chownRegistry(file, person);
        expect(await refusal(file.path, 0, {}, person.uid)).toMatch(reason);
        expect(readFileSync(real()).equals(before)).toBe(true);
        expect(file.leftBeside().filter(each => each !== 'AGENT_REGISTRY.json.real')).toEqual([]);
      });

    it('all of these within a tenth of a second', async () => {
      const store = createRegistryStore();
      const odd = join(dirname(file.path), 'odd');
      mkdirSync(odd);
      execFileSync('mkfifo', [join(odd, 'fifo')]);
      symlinkSync('fifo', join(odd, 'link'));
      linkSync(file.path, join(odd, 'hard'));
      await listen(join(odd, 'socket'));
      for (const path of ['fifo', 'link', 'hard', 'socket', '.', '/dev/full']) {
        const took: number[] = [];
        // The fastest of several: the machine may be busy.
        for (let times = 0; times < 5; times++) {
          const from = performance.now();
          const files = [{ path: resolve(odd, path), scope: 'task' }] as const;
          const result = await store.update({ files, waitMs: 5000, mutate: () => [] });
          took.push(performance.now() - from);
          expect([path, result.kind]).toEqual([path, 'refused']);
        }
        expect(Math.min(...took)).toBeLessThan(100);
      }
    });

    it('/dev/full itself', async () => {
      expect(await refusal('/dev/full', 0, {}, person.uid)).toBe('not a regular file');
    });
  },
);

describe.each(people)('a text of $name', person => {
  const { uid } = person;
  beforeEach(() => chownRegistry(file, person));

  it('that is not a registry is refused and kept unchanged', async () => {
    const broken: readonly (readonly [string | Buffer, RegExp])[] = [
      ['', /empty/],
      [registryText(3).slice(0, -20), /not valid JSON/],
      [Buffer.alloc(400), /not valid JSON/],
      [Buffer.from([0xff, 0xfe, 0x41, 0x00]), /not UTF-8/],
      ['[]', /expected an object, got a list/],
      ['{"agents": 7}', /"agents": expected a list, got a number/],
      ['['.repeat(1_000_000), /nested more than 64/],
    ];
    for (const [text, reason] of broken) {
      writeFileSync(file.path, text);
      expect(await refusal(file.path, 0, {}, uid)).toMatch(reason);
      expect(readFileSync(file.path).equals(Buffer.from(text))).toBe(true);
      expect(file.leftBeside()).toEqual([]);
    }
  });

  it('with a byte order mark, duplicate keys and numbers beyond doubles keeps them', async () => {
    const text = `\ufeff${registryText(1).replace('"kept"', '"big": 18446744073709551616, "big": -0.0, "kept"')}`;
    writeFileSync(file.path, text);
    expect((await start(updater, [file.path, 'a0', 1], {}, uid).ended).code).toBe(1);
    // The test program rejects a byte order mark; without it, everything else is kept.
    writeFileSync(file.path, text.slice(1));
    expect((await start(updater, [file.path, 'a0', 1], {}, uid).ended).code).toBe(0);
    const after = readFileSync(file.path, 'utf8');
    expect(after).toContain('"big": 18446744073709551616, "big": -0.0, "kept": [1.0, 1E5, ');
  });

  it('of 200 MB or 100,000 entries is refused before it is parsed', async () => {
    rmSync(file.path);
    execFileSync('truncate', ['-s', '200M', file.path]);
    chownRegistry(file, person);
    expect(await refusal(file.path, 0, {}, uid)).toMatch(/^\d+ MB, more than the 8 MB allowed/);
    writeFileSync(file.path, `{"agents": [${'{"id":"a"},'.repeat(100_000)}{"id":"b"}]}`);
    expect(await refusal(file.path, 0, {}, uid)).toMatch(
      /100001 agents, more than the 10000 allowed/,
    );
  });
});
