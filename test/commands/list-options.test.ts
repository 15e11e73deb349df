/** The effect of the options of `vigil list` on its rows, exit code and output. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliPath, type RunOptions, vigil } from '../helpers/vigil.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

let directory: string;
let workspace: Workspace;
let base: string[];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  workspace = createWorkspace(directory);
  workspace.writeTask('TASK-one', [
    { id: 'old-1', status: 'completed' },
    { id: 'lost-2', status: 'working', progress: 60 },
    { id: 'lost-3', status: 'blocked', parent: 'lost-2' },
  ]);
  workspace.writeTask('TASK-two', [{ id: 'odd-4', status: 'paused' }]);
  workspace.age();
  // A socket without a server: only the registries matter here.
  base = ['-w', workspace.path, '-L', 'vigil-test-nobody'];
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Json = { readonly rows: readonly { readonly agentId: string; readonly class: string }[] };

async function ids(words: readonly string[], options?: RunOptions) {
  const run = await vigil(['list', '--json', ...base, ...words], options);
  const { rows } = JSON.parse(run.stdout) as Json;
  return rows.map(row => row.agentId).filter(id => /^(old|lost|odd)-/.test(id ?? ''));
}

describe('rows', () => {
  const views: readonly (readonly [readonly string[], readonly string[]])[] = [
    [[], ['lost-2', 'lost-3', 'odd-4']],
    [['--class', 'ended'], ['old-1']],
    [
      ['--class', 'ended,unknown'],
      ['odd-4', 'old-1'],
    ],
    [
      ['--class', ' ghost '],
      ['lost-2', 'lost-3'],
    ],
    [['--class', 'live'], []],
    [
      ['--sort', 'agent', '--reverse'],
      ['odd-4', 'lost-3', 'lost-2'],
    ],
    [
      ['--sort', 'task', '--filter=-'],
      ['lost-2', 'lost-3', 'odd-4'],
    ],
    [['--filter', 'LOST-3'], ['lost-3']],
    [['-F', 'task-two'], ['odd-4']],
    [['-F', 'nothing like it'], []],
    [['-F', '('], []],
    [['-F', 'old-1'], []],
    [['-F', 'class:ended'], ['old-1']],
    [
      ['-F', 'class:ended | class:ghost !lost-2'],
      ['lost-3', 'old-1'],
    ],
    [['-F', '!class: ghost !class:ended'], ['odd-4']],
    [['-F', '"lost:2"'], []],
    [['-F', 'port:1'], []],
    [['-Flost-3'], ['lost-3']],
    [
      ['--tree', '--sort', 'agent', '-r'],
      ['odd-4', 'lost-2', 'lost-3'],
    ],
  ];
  for (const [words, expected] of views)
    it(`with ${words.join(' ') || 'no option'} are ${expected.join(', ') || 'none'}`, async () => {
      expect(await ids(words)).toEqual(expected);
    });

  it('are totalled over the whole snapshot, whatever is shown', async () => {
    const run = await vigil(['list', '--json', ...base, '--class', 'live']);
    expect(JSON.parse(run.stdout).totals).toMatchObject({ ghost: 2, ended: 1 });
  });

  it('that nothing matches are said to be none', async () => {
    const run = await vigil(['list', ...base, '-F', 'nothing like it']);
    expect(run.stdout).toContain('no rows match the filter');
    expect((await vigil(['list', ...base, '-F', 'lost-2'])).stdout).not.toContain('no rows match');
  });

  it('are the same in a table as in JSON', async () => {
    const run = await vigil(['list', ...base, '--class', 'ghost,ended']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const lines = run.stdout.split('\n');
    expect(
      lines.filter(line => /^(ghost|ended)/.test(line)).map(line => line.split(/\s+/)[1]),
    ).toEqual(['lost-2', 'lost-3', 'old-1']);
    expect(run.stdout).toContain('working 60%');
    expect(run.stdout).not.toContain('\u001b');
  });
});

describe('a switch', () => {
  it('with a value is either understood or refused, never dropped', async () => {
    const run = await vigil(['list', '--json=yes', ...base]);
    if (run.code !== 2) expect(JSON.parse(run.stdout).schema).toBe('vigil.snapshot/1');
    expect([0, 2]).toContain(run.code);
  });

  it('before an option without its value does not hide the error', async () => {
    const run = await vigil(['list', '-L', 'vigil-test-nobody', '-rw']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('--workspace: missing value');
  });
});

describe('a configuration file', () => {
  const withConfig = (content: string | undefined): RunOptions => {
    const home = mkdtempSync(join(directory, 'config-'));
    const path = join(home, 'vigil', 'config.json');
    mkdirSync(content === undefined ? path : join(home, 'vigil'), { recursive: true });
    if (content !== undefined) writeFileSync(path, content);
    return { env: { XDG_CONFIG_HOME: home } };
  };

  it('uses the names of the long options, and flags override it', async () => {
    const options = withConfig(
      JSON.stringify({ class: ['ended', 'ghost'], sort: 'agent', reverse: true, interval: 5 }),
    );
    expect(await ids([], options)).toEqual(['old-1', 'lost-3', 'lost-2']);
    expect(await ids(['--class', 'unknown'], options)).toEqual(['odd-4']);
    expect(await ids(['--no-reverse'], options)).toEqual(['lost-2', 'lost-3', 'old-1']);
  });

  const refused: readonly (readonly [string, string])[] = [
    ['{"colour": true}', 'unknown key "colour" (did you mean "color"?)'],
    ['{"__proto__": true}', 'unknown key "__proto__"'],
    ['{"w": "x"}', 'unknown key "w"'],
    ['{"json": "yes"}', 'config.json: json: expected true or false'],
    ['{"interval": [2]}', 'config.json: interval: expected a string, a number'],
    ['{"interval": 0}', 'config.json: interval: expected seconds (0.1 to 3600), got 0'],
    ['{"filter": "clas:ghost"}', 'filter: unknown field "clas" (did you mean class:ghost?)'],
    ['{"class": "dead"}', 'config.json: class: unknown class "dead"'],
    ['{"workspace": [1]}', 'config.json: workspace: expected'],
    ['{"interval": null}', 'config.json: interval: expected a string, a number'],
    ['[]', 'expected a JSON object'],
    ['{"interval": 2', 'not valid JSON'],
    ['', 'not valid JSON'],
  ];
  for (const [content, reason] of refused)
    it(`of ${content || 'nothing'} is refused in one line that names it`, async () => {
      const run = await vigil(['list', ...base], withConfig(content));
      expect([run.code, run.stdout]).toEqual([2, '']);
      expect(run.stderr).toMatch(/^vigil: [^\n]+\n$/);
      expect(run.stderr).toContain(reason);
    });

  it('that cannot be read is an error', async () => {
    const run = await vigil(['list', ...base], withConfig(undefined));
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('config.json');
  });
});

describe('output', () => {
  it('with --watch --json is one snapshot per line, until stopped', async () => {
    const child = spawn(process.execPath, [...cliWords(), '--watch', '--json', '-d', '0.1'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      // Once: a second signal exits without waiting.
      if (stdout.split('\n').length > 3 && !child.killed) child.kill('SIGTERM');
    });
    const code = await new Promise(resolve => child.on('close', resolve));
    expect(code).toBe(143);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(3);
    for (const line of lines) expect(JSON.parse(line).schema).toBe('vigil.snapshot/1');
  });

  it('to a full disk is an error that says so', async () => {
    const words = cliWords()
      .map(word => `'${word}'`)
      .join(' ');
    const child = spawn('bash', ['-c', `"${process.execPath}" ${words} > /dev/full`], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: '/',
    });
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    expect(await new Promise(resolve => child.on('close', resolve))).toBe(1);
    expect(stderr).toMatch(/^vigil: cannot write to stdout[^\n]*\n$/);
  });

  it('is ASCII only in a locale without UTF-8', async () => {
    const run = await vigil(['list', ...base], { env: { LANG: 'C', LC_ALL: 'C' } });
    expect(run.stdout).toMatch(/^[\n -~]*$/);
  });

  it('has colours if forced, and never if disabled', async () => {
    const forced = await vigil(['list', ...base], { env: { FORCE_COLOR: '1' } });
    expect(forced.stdout).toContain('\u001b[');
    for (const [words, env] of [
      [[], { FORCE_COLOR: '1', NO_COLOR: '1' }],
      [['--no-color'], { FORCE_COLOR: '1' }],
    ] as const)
      expect((await vigil(['list', ...base, ...words], { env })).stdout).not.toContain('\u001b');
  });
});

function cliWords(): string[] {
  return [cliPath, 'list', ...base];
}
