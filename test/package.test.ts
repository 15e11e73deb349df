/** The npm package, unpacked in an empty place: it needs no other package, no checkout and no
 * network. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTerminal } from './helpers/terminal.ts';
import { vigil, vigilEnv } from './helpers/vigil.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

let directory: string;
let files: readonly string[];
const packed = (path: string) => join(directory, 'package', path);
const textOf = (path: string) => readFileSync(packed(path), 'utf8');

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-package-'));
  // Without scripts: prepack would rebuild underneath the other tests.
  const options = ['--ignore-scripts', '--json', '--pack-destination', directory];
  const [made] = JSON.parse(
    execFileSync('npm', ['pack', ...options], {
      ...{ cwd: root, encoding: 'utf8', stdio: 'pipe' },
      env: { ...process.env, npm_config_cache: join(directory, 'cache') },
    }),
  );
  files = made.files.map((file: { path: string }) => file.path);
  execFileSync('tar', ['-xzf', join(directory, made.filename), '-C', directory]);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('contains the program and its pages, and no development files', () => {
  expect(files.filter(path => !/^(dist|docs)\//.test(path)).sort()).toEqual([
    'LICENSE',
    'changelog.md',
    'package.json',
    'readme.md',
  ]);
  expect(files).toContain('docs/vigil.1');
  expect(files.filter(path => /\.(tsx?|map)$|test|node_modules/.test(path))).toEqual([]);
  const bytes = files.reduce((sum, path) => sum + statSync(packed(path)).size, 0);
  expect(bytes).toBeLessThan(3_500_000);
});

it('contains every file that the readme links to', () => {
  const links = [...textOf('readme.md').matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter(link => !existsSync(packed(link)))).toEqual([]);
});

it('has no npm dependencies it could do without', () => {
  const { dependencies, bin, man } = JSON.parse(textOf('package.json'));
  expect(dependencies).toBeUndefined();
  expect(man.filter((path: string) => !existsSync(packed(path)))).toEqual([]);
  expect(statSync(packed(bin.vigil)).mode & 0o111).toBe(0o111);
  expect(textOf(bin.vigil)).toMatch(/^#!\/usr\/bin\/env node\n/);
});

it('contains the licences of the bundled packages', () => {
  const licences = textOf('dist/licences.txt');
  for (const name of ['ink', 'react', 'execa', 'meow', 'proper-lockfile', 'prom-client'])
    expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
});

it('runs its commands without installed packages', async () => {
  expect(existsSync(join(dirname(directory), 'node_modules'))).toBe(false);
  const run = (...words: string[]) => vigil(words, { cli: packed('dist/cli.js') });
  expect(await run('--version')).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  expect((await run('--help')).stdout).toContain('vigil kill TARGET…');
  const demo = await run('list', '--demo', '--json');
  expect([demo.code, JSON.parse(demo.stdout).schema]).toEqual([0, 'vigil.snapshot/1']);
  const metrics = await run('list', '--demo', '--format', 'openmetrics');
  expect(metrics.stdout).toMatch(/^vigil_build_info\{version="0\.1\.0"\} 1\n# EOF$/m);
  const real = await run('list', '--json', '-L', 'vigil-test-nobody');
  expect(JSON.parse(real.stdout).totals.ghost).toBe(0);
});

it('shows its screen without them', async () => {
  const terminal = openTerminal([process.execPath, packed('dist/cli.js'), '--demo'], {
    ...vigilEnv(),
    TERM: 'xterm-256color',
  });
  try {
    await terminal.prints('leak_analyzer');
    terminal.type('q');
    expect(await terminal.left).toMatchObject({ code: 0, cooked: true });
  } finally {
    terminal.close();
  }
});
