/** Invalid input: one clear line, valid parts still shown, the right exit code, no file changed. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cliPath, vigil, vigilEnv } from '../helpers/vigil.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

/** A socket without a server: only the registries matter here. */
const noTmux = ['-L', 'vigil-test-nobody'];

let directory: string;
let workspace: Workspace;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  workspace = createWorkspace(directory);
  workspace.writeTask('TASK-good', [{ id: 'good-1', status: 'working' }]);
  workspace.age();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const list = (...words: string[]) =>
  vigil(['list', '--json', '-w', workspace.path, ...noTmux, ...words]);

describe('invalid command lines', () => {
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [['--bogus'], 2, "unknown option '--bogus' (see vigil help options)"],
    [['--forse'], 2, "unknown option '--forse' (did you mean '--force'?)"],
    [['list', '-x'], 2, "unknown option '-x'"],
    [['bogus'], 2, 'unknown command "bogus" (see vigil --help)'],
    [['kil', 'x'], 2, 'unknown command "kil". Did you mean kill?'],
    [['status'], 2, 'unknown command "status". Did you mean list?'],
    [['version', 'now'], 2, 'unknown command "version". Did you mean --version?'],
    [['ls', 'more'], 2, 'list: unexpected operand "more"'],
    [['list', 'more'], 2, 'list: unexpected operand "more"'],
    [['log', '--stats', '--signals'], 2, 'log --stats: not together with --signals'],
    [['list', '-d', '0'], 2, '--interval: expected seconds (0.1 to 3600), got "0"'],
    [['list', '-d', '-1'], 2, 'got "-1"'],
    [['list', '-d', 'soon'], 2, 'got "soon"'],
    [['list', '-d', '3601'], 2, 'got "3601"'],
    [['list', '-d'], 2, '--interval: missing value'],
    [['list', '-L'], 2, '--socket-name: missing value'],
    [['list', '--class', 'dead'], 2, '--class: unknown class "dead" (use live, undead,'],
    [['list', '--sort', 'colour'], 2, '--sort: unknown column "colour" (use class, agent,'],
    [['list', '-F', 'mem>500Q'], 2, '--filter: cannot read "500q" as a size'],
    [['list', '-F', 'claude age>1y'], 2, 'cannot read "1y" as a time (for example age>90m)'],
    [['list', '-F', 'cpu>'], 2, 'missing value in "cpu>" (for example cpu>50)'],
    [['list', '-F', 'class:'], 2, 'missing value in "class:" (for example class:ghost)'],
    [
      ['list', '-F', 'class:zombi'],
      2,
      '--filter: unknown class "zombi" (did you mean class:zombie?)',
    ],
    [
      ['list', '--watch', '-F', 'clas:ghost'],
      2,
      'unknown field "clas" (did you mean class:ghost?)',
    ],
    [['-F', 'foo:bar'], 2, `unknown field "foo" (to match it as text: -F '"foo:bar"')`],
    [['list', '-F', '!class:live |'], 2, '--filter: missing term beside "|"'],
    [['list', '-F', 'cmd:"a b'], 2, '--filter: missing closing quote in cmd:"a b'],
    [['list', '--log-level', 'loud'], 2, '--log-level: unknown level "loud" (use debug,'],
    [['why'], 2, 'why: missing target'],
    [['why', 'pid:x'], 2, 'pid:x: expected a process id'],
    [['why', 'pid:-1'], 2, 'pid:-1: expected a process id'],
    [['why', '@everybody'], 2, 'unknown class target'],
    [['why', 'nobody-at-all', ...noTmux], 3, 'no such target: nobody-at-all'],
    [['completion', 'csh'], 2, 'bash, zsh, fish'],
    // A user who narrows a kill with an ignored option would end every agent.
    [['shutdown', '--yes', '--task', 'TASK-1'], 2, '--task is not an option of vigil shutdown'],
    [['sweep', '--yes', '-F', 'beta'], 2, '--filter is not an option of vigil sweep'],
    [
      ['kill', 'x', '--class', 'husk'],
      2,
      '--class is not an option of vigil kill (only of vigil top, vigil list)',
    ],
    [['list', '--force'], 2, '--force is not an option of vigil list'],
  ];
  for (const [words, code, message] of cases)
    it(`vigil ${words.join(' ')} exits with ${code}`, async () => {
      const run = await vigil(words);
      expect(run.code).toBe(code);
      expect(run.stdout).toBe('');
      expect(run.stderr).toMatch(/^vigil[^\n]*\n$/);
      expect(run.stderr).toContain(message);
    });

  it('options without effect are accepted if they cannot do harm', async () => {
    expect((await list('--yes', '--read-only', '--lock-wait', '1')).code).toBe(0);
  });

  it('an escape sequence in an argument does not reach the terminal', async () => {
    const run = await vigil(['why', 'x\u001b[31m\u009b\n', ...noTmux]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('x\\e[31m\\x9b\\n');
  });
});

describe('a missing workspace', () => {
  it('is a problem with exit 5, and the rest is shown', async () => {
    const run = await vigil(['list', '--json', '-w', '/nowhere', '-w', workspace.path, ...noTmux]);
    expect(run.code).toBe(5);
    const json = JSON.parse(run.stdout);
    expect(json.problems).toEqual([
      { source: 'workspace', message: '/nowhere: no such workspace (-w DIR)', unread: true },
    ]);
    expect(json.rows.map((row: { agentId: string }) => row.agentId)).toContain('good-1');
  });

  it('may be named in $VIGIL_WORKSPACE, several separated by colons', async () => {
    const run = await vigil(['list', '--json', ...noTmux], {
      env: { VIGIL_WORKSPACE: `${directory}:/nowhere` },
    });
    expect(run.code).toBe(5);
    expect(JSON.parse(run.stdout).workspaces).toEqual([workspace.path]);
  });
});

describe('a broken registry', () => {
  const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
  const crowd = JSON.stringify({ agents: Array.from({ length: 10_001 }, () => ({ id: 'x' })) });
  const broken: readonly (readonly [string, (path: string) => void, string])[] = [
    ['empty', path => writeFileSync(path, ''), 'the file is empty'],
    ['half written', path => writeFileSync(path, '{"agents": [{"id": "a'), 'not valid JSON'],
    ['no JSON', path => writeFileSync(path, 'hello'), 'not valid JSON'],
    ['NUL bytes', path => writeFileSync(path, '\0\0\0'), 'not valid JSON'],
    ['a list', path => writeFileSync(path, '[]'), 'expected an object, got a list'],
    [
      'agents as text',
      path => writeFileSync(path, '{"agents": "x"}'),
      '"agents": expected a list, got a string',
    ],
    ['not UTF-8', path => writeFileSync(path, Buffer.from([0x7b, 0x22, 0xff, 0xfe])), 'not UTF-8'],
    ['a million levels deep', path => writeFileSync(path, deep), 'more than 64 levels'],
    ['ten thousand and one agents', path => writeFileSync(path, crowd), '10001 agents'],
    ['a directory', path => mkdirSync(path), 'not a regular file'],
    ['a link', path => symlinkSync('/etc/hostname', path), 'symbolic link'],
    ['200 MB', path => writeSparse(path, 200e6), '200 MB, more than'],
  ];
  for (const [title, write, reason] of broken)
    it(`that is ${title} is named, and the valid one is shown`, async () => {
      mkdirSync(join(workspace.path, 'TASK-bad'));
      const path = workspace.taskFile('TASK-bad');
      write(path);
      const good = workspace.taskFile('TASK-good');
      const before = [statSync(path).mtimeMs, readFileSync(good, 'utf8'), statSync(good).mtimeMs];
      const run = await list();
      expect(run.code).toBe(5);
      expect(run.stderr).toBe('');
      const json = JSON.parse(run.stdout);
      expect(json.problems).toHaveLength(1);
      expect(json.problems[0].message).toContain(path);
      expect(json.problems[0].message).toContain(reason);
      expect(json.rows.map((row: { agentId: string }) => row.agentId)).toContain('good-1');
      expect([statSync(path).mtimeMs, readFileSync(good, 'utf8'), statSync(good).mtimeMs]).toEqual(
        before,
      );
    });

  it('that is a FIFO is refused at once', async () => {
    mkdirSync(join(workspace.path, 'TASK-bad'));
    await new Promise(resolve =>
      spawn('mkfifo', [workspace.taskFile('TASK-bad')]).on('close', resolve),
    );
    const run = await list();
    expect(run.code).toBe(5);
    expect(JSON.parse(run.stdout).problems[0].message).toContain('not a regular file');
  });

  it('with single invalid entries shows the others, names the invalid ones and exits with 0', async () => {
    mkdirSync(join(workspace.path, 'TASK-odd'));
    writeFileSync(
      workspace.taskFile('TASK-odd'),
      `\ufeff{"task_id": "TASK-odd", "agents": [7, {"id": 8}, {"id": "bad-2", "status": 9, "tmux_session": []},
        {"id": "__proto__", "status": "completed", "progress": NaN}, {"id": "big-3", "status": "completed", "progress": 18446744073709551616}]}`,
    );
    const run = await list('--class', 'ended,ghost,unknown');
    expect(run.code).toBe(0);
    const json = JSON.parse(run.stdout);
    // Other programs on this machine are not in these registries.
    const ids = json.rows.flatMap((row: { agentId: string | null }) => row.agentId ?? []).sort();
    expect(ids).toEqual(['__proto__', 'bad-2', 'big-3', 'good-1']);
    expect(json.rows.find((row: { agentId: string }) => row.agentId === 'bad-2').class).toBe(
      'unknown',
    );
    expect(json.problems[0].message).toContain(
      'TASK-odd/AGENT_REGISTRY.json: agents[0] skipped: expected an object, got a number (and 3 more)',
    );
  });

  it('that is unreadable is named to an unprivileged user', async () => {
    mkdirSync(join(workspace.path, 'TASK-bad'));
    writeFileSync(workspace.taskFile('TASK-bad'), '{}', { mode: 0o600 });
    for (const path of [directory, workspace.path]) chmodSync(path, 0o755);
    // The checkout itself may be inaccessible to others.
    cpSync(dirname(cliPath), join(directory, 'dist'), { recursive: true });
    const isRoot = process.getuid?.() === 0;
    if (!isRoot) chmodSync(workspace.taskFile('TASK-bad'), 0);
    const run = await vigil(['list', '--json', '-w', workspace.path, ...noTmux], {
      uid: isRoot ? 65_534 : undefined,
      cli: join(directory, 'dist', 'cli.js'),
    });
    expect(run.code).toBe(5);
    expect(JSON.stringify(JSON.parse(run.stdout).problems)).toContain('permission denied');
  });
});

describe('a configuration file', () => {
  const config = (text: string) => {
    mkdirSync(join(directory, 'vigil'));
    writeFileSync(join(directory, 'vigil', 'config.json'), text);
    return { env: { XDG_CONFIG_HOME: directory } };
  };

  it('is applied, and flags override it', async () => {
    const options = config('{"class": "ended", "session-prefix": ["bot_"]}');
    const words = ['list', '--json', '-w', workspace.path, ...noTmux];
    expect(JSON.parse((await vigil(words, options)).stdout).rows).toEqual([]);
    const rows = JSON.parse((await vigil([...words, '--class', 'ghost'], options)).stdout).rows;
    expect(rows).toHaveLength(1);
  });

  it('with an unknown key or a wrong type is refused by name', async () => {
    const run = await vigil(['list'], config('{"colour": true}'));
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('config.json: unknown key "colour"');
  });
});

describe('output without a reader', () => {
  it('a closed pipe ends the command quietly', async () => {
    const script = `"${process.execPath}" "${cliPath}" list --watch --json -d 0.1 -L vigil-test-nobody | head -1 | wc -l; echo "\${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', script], {
      env: vigilEnv(),
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', chunk => {
      stdout += chunk;
    });
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    await new Promise(resolve => child.on('close', resolve));
    expect(stdout).toBe('1\n0\n');
    expect(stderr).toBe('');
  });

  it('--exit-code exits 10 on drift', async () => {
    expect((await list('--exit-code')).code).toBe(10);
    expect((await list()).code).toBe(0);
  });
});

function writeSparse(path: string, bytes: number): void {
  writeFileSync(path, '');
  truncateSync(path, bytes);
}
