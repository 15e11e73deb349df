/** The release build: commands start without the screen, React does not leak, scripts are not
 * misleading. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { cliPath, vigil } from './helpers/vigil.ts';

const dist = dirname(cliPath);
const codeOf = (directory: string, name: string) =>
  join(directory, `${name}.${process.versions.v8}.code`);
const textOf = (name: string) => readFileSync(join(dist, name), 'utf8');

describe('the bundle', () => {
  it('starts commands without Ink and React', () => {
    // Strings found only in these packages.
    for (const name of ['program.js', 'rest.js', 'screen.js'])
      expect([name, textOf(name).includes('react.element')]).toEqual([name, name === 'screen.js']);
  });

  it('starts every command without prom-client, but for metrics', () => {
    for (const name of ['program.js', 'rest.js', 'screen.js', 'metrics.js'])
      expect([name, textOf(name).includes('application/openmetrics-text')]).toEqual([
        name,
        name === 'metrics.js',
      ]);
  });

  it('has V8’s code cache, accepted by this Node', () => {
    for (const name of ['program.js', 'rest.js', 'screen.js']) {
      const cachedData = readFileSync(codeOf(dist, name));
      const source = `(function(require,module){${textOf(name)}\n})`;
      const script = new Script(source, { cachedData });
      expect([name, script.cachedDataRejected]).toEqual([name, false]);
    }
  });

  it('starts with a broken cache and without one, and keeps code only where nobody else can write', () => {
    const copy = mkdtempSync(join(tmpdir(), 'vigil-dist-'));
    try {
      for (const name of ['cli.js', 'program.js', 'rest.js', 'package.json'])
        copyFileSync(join(dist, name), join(copy, name));
      const run = (cache: string) => {
        const env = { ...process.env, XDG_CACHE_HOME: join(copy, cache) };
        const words = [join(copy, 'cli.js'), 'completion', 'bash'];
        return String(execFileSync(process.execPath, words, { env })).split('\n')[0];
      };
      for (const name of ['program.js', 'rest.js'])
        writeFileSync(codeOf(copy, name), 'not made by any V8');
      expect(run('unused')).toBe('_vigil() {');
      expect(existsSync(join(copy, 'unused'))).toBe(false);
      for (const name of ['program.js', 'rest.js']) rmSync(codeOf(copy, name));
      expect(run('own')).toBe('_vigil() {');
      const [build = ''] = readdirSync(join(copy, 'own', 'vigil'));
      const kept = join(copy, 'own', 'vigil', build);
      expect(readdirSync(kept).sort()).toEqual(
        ['program.js', 'rest.js'].map(name => basename(codeOf(copy, name))),
      );
      const code = codeOf(kept, 'program.js');
      const before = statSync(code);
      // Used, and so not written again.
      expect(run('own')).toBe('_vigil() {');
      expect(statSync(code)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
      // Code that others could have written is not used, and replaced.
      chmodSync(code, 0o666);
      expect(run('own')).toBe('_vigil() {');
      expect(statSync(code).mode & 0o777).toBe(0o600);
      mkdirSync(join(copy, 'open'));
      chmodSync(join(copy, 'open'), 0o777);
      for (const cache of ['open', 'cli.js']) expect(run(cache)).toBe('_vigil() {');
      expect(readdirSync(join(copy, 'open'))).toEqual([]);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('prints help and version as the program itself does', () => {
    const copy = mkdtempSync(join(tmpdir(), 'vigil-dist-'));
    try {
      for (const name of readdirSync(dist))
        if (!name.endsWith('.txt')) copyFileSync(join(dist, name), join(copy, name));
      const words = ['--help', '-h', 'help', '--version', '-V'];
      const lines = [
        ...words.map(word => ['C.UTF-8', word]),
        ['C', '--help'],
        ['de_DE.utf8', '-h'],
      ];
      for (const [locale = '', word = ''] of lines) {
        const env = { ...process.env, LC_ALL: locale };
        const print = (directory: string) =>
          String(execFileSync(process.execPath, [join(directory, 'cli.js'), word], { env }));
        expect([locale, word, print(dist)]).toEqual([locale, word, print(copy)]);
      }
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('reports an output that fails, also of what is printed without the program', () => {
    for (const word of ['--help', '--version']) {
      const full = openSync('/dev/full', 'w');
      const run = spawnSync(process.execPath, [cliPath, word], { stdio: ['ignore', full, 'pipe'] });
      closeSync(full);
      expect([word, run.status, String(run.stderr)]).toEqual([
        word,
        1,
        expect.stringMatching(/^vigil: cannot write to stdout: /),
      ]);
    }
  });

  it('uses React’s production build: the other one leaks on every frame', () => {
    const has = (word: string) => readdirSync(dist).some(name => textOf(name).includes(word));
    expect(has('Minified React error')).toBe(true);
    expect(has('Check the render method of')).toBe(false);
  });

  it('needs no file of the checkout', async () => {
    const run = await vigil(['--version'], { cwd: '/' });
    expect(run).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });
});

it('the demo shows every class and reads nothing of the machine', async () => {
  const run = await vigil([
    'list',
    '--demo',
    '--json',
    '--class',
    'live,undead,ghost,husk,orphan,interactive,zombie,ended',
  ]);
  const json = JSON.parse(run.stdout);
  const { live, undead, ghost, husk, orphan, interactive, zombie, ended, unknown } = json.totals;
  expect([live, undead, ghost, husk, orphan, interactive, zombie, ended, unknown]).toEqual([
    10, 2, 4, 1, 3, 2, 1, 4, 0,
  ]);
  expect(json.host).toBe('demo');
});
