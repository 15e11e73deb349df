/** Homes that are missing, inaccessible or odd, and unwritable logs: vigil depends on none of
 * them, and reports in one line what it could not write. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Observer, startObserver } from '../helpers/aftermath.ts';
import { type Agent, type Agents, startAgents } from '../helpers/agents.ts';
import { cliPath, type Run, vigil } from '../helpers/vigil.ts';

let farm: Agents;
let agent: Agent;
let observer: Observer;
const isRoot = process.getuid?.() === 0;
beforeEach(async () => {
  farm = startAgents();
  agent = await farm.start('alpha-1', 'stubborn');
  const other = await farm.start('alpha-12', 'cooperative');
  farm.record();
  observer = await startObserver(farm, agent, [other]);
});
afterEach(() => farm.close());

const quickly = ['--yes', '--retries', '1', '--retry-delays', '0.1'];
const kill = (env: Record<string, string | undefined>) =>
  vigil(['kill', 'alpha-1', ...quickly, ...farm.options], {
    env: { XDG_STATE_HOME: undefined, XDG_CONFIG_HOME: undefined, ...env },
  });

/** Ended and recorded; the failed write is reported in one line. */
function expectEnded({ code, stdout, stderr }: Run, line: RegExp | undefined): void {
  expect(stdout).toMatch(/alpha-1 {2}killed/);
  if (line === undefined) expect(stderr).toBe('');
  else expect(stderr).toMatch(line);
  expect(code).toBe(0);
  expect(observer.statusOf(agent)).toBe('terminated');
  observer.afterwards([agent]);
}

describe('a home', () => {
  const inFarm = (name: string) => join(farm.standIns.directory, name);
  const homes: readonly (readonly [string, () => string, RegExp | undefined])[] = [
    ['that does not exist is created', () => inFarm('new/home'), undefined],
    ['with unusual characters is accepted', () => inFarm('h öm\u001b[31m "e$'), undefined],
    [
      'that is a file',
      () => {
        writeFileSync(inFarm('file'), '');
        return inFarm('file');
      },
      /^vigil kill: cannot write to the audit log [^\n]*ENOTDIR[^\n]*\n(vigil kill: processes were not stopped[^\n]*\n)?$/,
    ],
    [
      'in /proc, which is read-only',
      () => '/proc/self',
      /^vigil kill: cannot write to the audit log [^\n]*\n(vigil kill: processes were not stopped[^\n]*\n)?$/,
    ],
  ];
  for (const [title, home, line] of homes)
    it(`${title}: the kill is the same`, async () => {
      expectEnded(await kill({ HOME: home() }), line);
    });

  it('that is not an absolute path is ignored: nothing is written below the current directory', async () => {
    const run = await kill({ HOME: 'here' });
    expectEnded(run, undefined);
    expect(existsSync('/here')).toBe(false);
  });

  it.runIf(isRoot)('of a user without a passwd entry is not needed', async () => {
    const { directory } = farm.standIns;
    cpSync(dirname(cliPath), join(directory, 'dist'), { recursive: true });
    chmodSync(directory, 0o755);
    const reuid = ['--reuid=61235', '--regid=61235', '--clear-groups', 'env', '-u', 'HOME'];
    for (const words of [['list', '--json'], ['doctor'], ['--version'], ['list', '-s', 'cpu']])
      try {
        execFileSync(
          'setpriv',
          [...reuid, process.execPath, join(directory, 'dist', 'cli.js'), ...words],
          { cwd: '/', stdio: 'pipe' },
        );
      } catch (error) {
        const { status, stderr } = error as { status: number; stderr: Buffer };
        expect(stderr.toString()).toBe('');
        expect([5, 10]).toContain(status);
      }
  });
});

describe('a log', () => {
  it('in a full directory: the kill is the same, and one line says so', async () => {
    const state = join(farm.standIns.directory, 'small');
    mkdirSync(state);
    const words = ['kill', 'alpha-1', ...quickly, ...farm.options].map(word => `'${word}'`);
    // A line or two fit into its last page; then it is full.
    const script = `
      mount -t tmpfs -o size=32k none '${state}'
      mkdir -m 700 '${state}/vigil'
      head -c 3000 /dev/zero | tr '\\0' '\\n' > '${state}/vigil/vigil.log'
      cat /dev/zero > '${state}/filler' 2>/dev/null || true
      XDG_STATE_HOME='${state}' '${process.execPath}' '${cliPath}' ${words.join(' ')} 2>'${state}.said'
      echo "left with $?"
      cp '${state}/vigil/vigil.log' '${state}.log'; ls -A '${state}/vigil'
    `;
    const namespace = ['--mount', ...(isRoot ? [] : ['--user', '--map-root-user'])];
    const said = execFileSync('unshare', [...namespace, 'bash', '-ec', script], {
      encoding: 'utf8',
    });
    expect(said).toContain('left with 0\nvigil.log\n');
    const stderr = readFileSync(`${state}.said`, 'utf8');
    expectEnded(
      { code: 0, stdout: said, stderr },
      /^vigil kill: processes were not stopped|^vigil kill: cannot write to the audit log/,
    );
    // The lines of the log are complete.
    for (const line of readFileSync(`${state}.log`, 'utf8').split('\n'))
      if (line !== '') JSON.parse(line);
  });

  it('that is a directory: the kill is the same, and one line says so', async () => {
    mkdirSync(join(farm.state, 'vigil', 'vigil.log'), { recursive: true });
    expectEnded(
      await kill({ XDG_STATE_HOME: farm.state }),
      /^vigil kill: cannot write to the audit log [^\n]*EISDIR[^\n]*\n$/,
    );
  });

  it.runIf(existsSync('/dev/full'))('that has no room: the ending is the same', async () => {
    const run = await vigil(
      ['kill', 'alpha-1', ...quickly, ...farm.options, '--log-file', '/dev/full'],
      { env: { XDG_STATE_HOME: farm.state } },
    );
    expectEnded(run, /^vigil kill: cannot write to the audit log \/dev\/full[^\n]*ENOSPC[^\n]*\n$/);
  });
});
