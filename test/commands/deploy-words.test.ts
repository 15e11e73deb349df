/** Invalid arguments of `vigil deploy`: one line each, before anything is read or created. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { vigil } from '../helpers/vigil.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

let directory: string;
let workspace: Workspace;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  workspace = createWorkspace(directory);
  workspace.writeTask('TASK-good', []);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const deploy = (...words: string[]) =>
  vigil(['deploy', '-w', workspace.path, '-L', 'vigil-test-nobody', ...words]);

it.each<[string[], string]>([
  [
    ['--type', '__proto__', '--prompt', 'x'],
    'vigil deploy: --type "__proto__": expected a letter or digit, then letters, digits, _ and - (at most 64)\n',
  ],
  [
    ['--type', 'a', '--prompt-file', '/'],
    'vigil: --prompt-file /: is a directory; expected a text file, or - for stdin\n',
  ],
  [
    ['--type', 'a', '--prompt-file', '/nowhere'],
    'vigil: --prompt-file /nowhere: no such file; expected a text file, or - for stdin\n',
  ],
  [['--type', 'a', '--prompt', ''], 'vigil: --prompt: empty value (expected TEXT)\n'],
  [['--type', 'a', '--prompt='], 'vigil: --prompt: empty value (expected TEXT)\n'],
  [['--type', 'a', '--prompt', ' \n'], 'vigil: --prompt: the prompt is empty\n'],
  [['--type', 'a', '--prompt'], 'vigil: --prompt: missing value (TEXT)\n'],
])('%j is refused with exit 2', async (words, message) => {
  expect(await deploy('--task', 'TASK-good', ...words)).toEqual({
    code: 2,
    stdout: '',
    stderr: message,
  });
});

it('an empty prompt file is refused by name', async () => {
  const path = join(directory, 'empty');
  writeFileSync(path, '');
  expect(await deploy('--task', 'TASK-good', '--type', 'a', '--prompt-file', path)).toEqual({
    code: 2,
    stdout: '',
    stderr: `vigil: --prompt-file ${path}: the prompt is empty\n`,
  });
});

it('a missing task is reported with the workspaces that were searched', async () => {
  const run = await deploy('--task', 'TASK-none', '--type', 'a', '--prompt', 'x', '--dry-run');
  expect(run).toEqual({
    code: 3,
    stdout: '',
    stderr: `vigil deploy: no such task: TASK-none (in ${workspace.path})\n`,
  });
});

it.each([[['--prompt-file', '-']], [['--prompt-file=-']]])(
  '%j reads the prompt from stdin',
  async words => {
    // Its stdin is empty.
    expect(await deploy('--task', 'TASK-good', '--type', 'a', ...words)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'vigil: --prompt-file -: the prompt is empty\n',
    });
  },
);
