/** Configuration files that are not text: one clear line, and no command blocks on them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { settledOptions } from '../../source/cli/arguments/settled-options.ts';
import { readConfigText } from '../../source/host/state/state-directory.ts';
import { vigil } from '../helpers/vigil.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  mkdirSync(join(directory, 'vigil'));
  path = join(directory, 'vigil', 'config.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const odd: readonly (readonly [string, () => void, string])[] = [
  ['a FIFO', () => execFileSync('mkfifo', [path]), 'not a regular file'],
  ['a directory', () => mkdirSync(path), 'is a directory'],
  ['no text', () => writeFileSync(path, Buffer.from([0x7b, 0xff])), 'not UTF-8 text'],
  ['huge', () => writeHuge(), 'larger than the 8 MB allowed'],
];
for (const [title, make, reason] of odd)
  it(`one that is ${title} is refused`, async () => {
    make();
    const run = await vigil(['list', '-L', 'vigil-test-nobody'], {
      env: { XDG_CONFIG_HOME: directory },
    });
    expect(run).toEqual({ code: 2, stdout: '', stderr: `vigil: ${path}: ${reason}\n` });
  });

it('a relative $XDG_CONFIG_HOME is ignored, as the XDG specification requires', () => {
  writeFileSync(path, '{"no-such-option": true}');
  mkdirSync(join(directory, 'home', '.config', 'vigil'), { recursive: true });
  const ofHome = join(directory, 'home', '.config', 'vigil', 'config.json');
  writeFileSync(ofHome, '{"read-only": true}');
  const relative = `../${directory
    .split('/')
    .map(() => '..')
    .join('/')}${directory}`;
  for (const own of [relative, 'config', '']) {
    const env = { XDG_CONFIG_HOME: own, HOME: join(directory, 'home') };
    expect(settledOptions(new Map(), env, readConfigText)).toMatchObject({
      ok: true,
      value: { readOnly: true },
    });
  }
});

function writeHuge(): void {
  writeFileSync(path, '');
  truncateSync(path, 9 * 1024 * 1024);
}
