/** What is shipped: a start that loads no screen, a React that does not leak, honest scripts. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliPath, vigil } from './helpers/vigil.ts';

const dist = dirname(cliPath);
const textOf = (name: string) => readFileSync(join(dist, name), 'utf8');

/** A file and what it imports at once, not what it may load later. */
function loadedWith(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, other = ''] of textOf(name).matchAll(/(?:from|import)"\.\/([^"]+)"/g))
    loadedWith(other, seen);
  return seen;
}

describe('the bundle', () => {
  it('starts list and why without Ink, React, execa and string-width', () => {
    const loaded = [...loadedWith('cli.js')];
    const later = readdirSync(dist).filter(name => !loaded.includes(name));
    // A word that only the package itself has.
    for (const word of ['react.element', 'yoga', 'RGI_Emoji', 'ExecaError']) {
      expect([word, loaded.filter(name => textOf(name).includes(word))]).toEqual([word, []]);
      expect([word, later.some(name => textOf(name).includes(word))]).toEqual([word, true]);
    }
  });

  it('has React’s production build: the other one leaks with every frame', () => {
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
    5, 1, 3, 1, 1, 1, 1, 1, 0,
  ]);
  expect(json.host).toBe('demo');
});

it('completions are drawn from the option table, and bash takes its own', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout, code } = await vigil(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('session-prefix');
    if (shell === 'bash') execFileSync('bash', ['-n'], { input: stdout });
  }
});

it('help names every command and fits a terminal', async () => {
  const { stdout } = await vigil(['--help']);
  for (const name of ['list', 'why', 'doctor', 'completion'])
    expect(stdout).toContain(`vigil ${name}`);
});
