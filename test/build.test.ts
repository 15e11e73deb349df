/** The release build: commands start without the screen, React does not leak, scripts are not
 * misleading. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { heapFlags } from '../source/cli/heap.ts';
import { cliPath, vigil } from './helpers/vigil.ts';

const dist = dirname(cliPath);
const codeOf = (directory: string, name: string) =>
  join(directory, `${name}.${process.versions.v8}.code`);
const textOf = (name: string) => readFileSync(join(dist, name), 'utf8');

describe('the bundle', () => {
  it('starts list and why without Ink and React', () => {
    // Strings found only in these packages.
    for (const word of ['react.element', 'yoga']) {
      expect([word, textOf('program.js').includes(word)]).toEqual([word, false]);
      expect([word, textOf('screen.js').includes(word)]).toEqual([word, true]);
    }
  });

  it('starts every command without prom-client, but for metrics', () => {
    for (const name of ['program.js', 'screen.js', 'metrics.js'])
      expect([name, textOf(name).includes('application/openmetrics-text')]).toEqual([
        name,
        name === 'metrics.js',
      ]);
  });

  it('has V8’s code cache, accepted by this Node', () => {
    for (const name of ['program.js', 'screen.js']) {
      const cachedData = readFileSync(codeOf(dist, name));
      // The screen's cache is built with the flags that the screen sets.
      if (name === 'screen.js') for (const flag of heapFlags) setFlagsFromString(flag);
      const source = `(function(require,module){${textOf(name)}\n})`;
      const script = new Script(source, { cachedData });
      expect([name, script.cachedDataRejected]).toEqual([name, false]);
    }
  });

  it('starts with a broken cache and without one, and writes a compile cache only to its own directory', () => {
    const copy = mkdtempSync(join(tmpdir(), 'vigil-dist-'));
    try {
      for (const name of ['cli.js', 'program.js', 'package.json'])
        copyFileSync(join(dist, name), join(copy, name));
      const version = (cache: string) => {
        const env = { ...process.env, XDG_CACHE_HOME: join(copy, cache) };
        return String(execFileSync(process.execPath, [join(copy, 'cli.js'), '--version'], { env }));
      };
      writeFileSync(codeOf(copy, 'program.js'), 'not made by any V8');
      expect(version('unused')).toBe('0.1.0\n');
      expect(existsSync(join(copy, 'unused'))).toBe(false);
      rmSync(codeOf(copy, 'program.js'));
      mkdirSync(join(copy, 'open'));
      chmodSync(join(copy, 'open'), 0o777);
      for (const cache of ['own', 'own', 'open', 'cli.js']) expect(version(cache)).toBe('0.1.0\n');
      const isKept = (cache: string) => readdirSync(join(copy, cache, 'vigil')).length > 0;
      const hasCache = 'enableCompileCache' in Module;
      expect(existsSync(join(copy, 'own')) && isKept('own')).toBe(hasCache);
      expect(hasCache && isKept('open')).toBe(false);
    } finally {
      rmSync(copy, { recursive: true });
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
