/** On a terminal limited to ASCII, commands write only ASCII: neither vigil's glyphs nor the
 * machine's text are exceptions. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../source/cli/arguments/command-table.ts';
import { allGlyphs } from '../../source/text/glyphs.ts';
import { printable } from '../../source/text/printable.ts';
import { vigil } from '../helpers/vigil.ts';
import { createWorkspace } from '../helpers/workspace.ts';

let directory: string;
let path: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-ascii-é→-'));
  const workspace = createWorkspace(directory);
  workspace.writeTask('TASK-1', [
    { id: 'a-1', status: 'wörking' },
    { id: 'b-2', status: 'working' },
  ]);
  workspace.age();
  path = workspace.path;
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const real = (...words: string[]) => [...words, '-w', path, '-L', 'vigil-test-nobody'];
const demo = (...words: string[]) => ['--demo', ...words];
const all = 'live,undead,ghost,ended,husk,orphan,interactive,zombie,unknown';

const cases: readonly (() => string[])[] = [
  () => demo('list', '--class', all, '--tree'),
  () => demo('why', '@orphans', '@undead', '@husks'),
  () => demo('kill', '@orphans', '@undead', '--dry-run'),
  () => demo('kill', 'api_prober-091410-4d5e6f', '--yes'),
  () => demo('reconcile', '--dry-run'),
  () => demo('sweep', '--dry-run'),
  () => demo('shutdown', '--dry-run'),
  () => demo('doctor'),
  () => real('list', '--class', all),
  () => real('why', 'a-1'),
  () => real('why', 'nobody-é→'),
  () => real('kill', 'a-1', '--dry-run'),
  () => real('reconcile', '--dry-run'),
  () => real('doctor'),
  () => ['-S', '/nonexistent→', 'doctor'],
  () => ['--bogus→'],
  () => ['help', '→'],
  ...['', 'options', 'keys', ...commands].map(topic => () => ['help', topic].filter(Boolean)),
];

async function isAscii(words: readonly string[], env: Readonly<Record<string, string>>) {
  const { stdout, stderr } = await vigil(words, { env });
  expect(stdout + stderr).toMatch(/^[ -~\n]+$/);
  return stdout + stderr;
}

describe('with --ascii', () => {
  it.each(cases.map(words => [words]))('%s is plain ASCII', async words => {
    await isAscii(['--ascii', ...words()], {});
  });

  it('a plan has its arrow, and so does advice', async () => {
    expect(await isAscii(['--ascii', ...demo('reconcile', '--dry-run')], {})).toContain(
      'working -> terminated',
    );
    const withoutTools = { PATH: '/nonexistent' };
    expect(await isAscii(['--ascii', ...real('doctor')], withoutTools)).toContain(
      '     -> install tmux',
    );
  });
});

describe('in the C locale', () => {
  it.each([
    [() => demo('list')],
    [() => demo('reconcile', '--dry-run')],
    [() => real('doctor')],
    [() => ['help', 'kill']],
  ])('%s is plain ASCII', async words => {
    await isAscii(words(), { LC_ALL: 'C' });
  });
});

it('every glyph of vigil has an ASCII form', () => {
  for (const sign of allGlyphs) expect(printable(sign, 'ascii')).toMatch(/^[!-[\]-~]+$/);
});
