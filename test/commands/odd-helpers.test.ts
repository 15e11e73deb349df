/** tmux and flock that are missing, hang, print endlessly or leave a child behind. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Observer, startObserver } from '../helpers/aftermath.ts';
import { type Agent, type Agents, isAlive, startAgents } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { pathWith } from '../helpers/fake-program.ts';
import { cliPath, vigil } from '../helpers/vigil.ts';

const realTmux = execFileSync('which', ['tmux'], { encoding: 'utf8' }).trim();

let farm: Agents;
let agent: Agent;
let observer: Observer;
beforeEach(async () => {
  farm = startAgents();
  agent = await farm.start('alpha-1', 'cooperative');
  const other = await farm.start('alpha-12', 'cooperative');
  farm.record();
  observer = await startObserver(farm, agent, [other]);
});
afterEach(() => farm.close());

const run = (words: readonly string[], env: Record<string, string | undefined>) =>
  vigil([...words, ...farm.options], { env: { XDG_STATE_HOME: farm.state, ...env } });
const rowsOf = (stdout: string) =>
  (JSON.parse(stdout).rows as { agentId?: string; class: string }[]).filter(row =>
    row.agentId?.startsWith('alpha'),
  );

/** Its output, and that nothing is reported or signalled because of it. */
async function expectUnread(env: Record<string, string | undefined>, reason: RegExp) {
  const started = performance.now();
  const list = await run(['list', '--json'], env);
  expect(list.code).toBe(5);
  // Two seconds for tmux, and three times the duration of the rest.
  expect(performance.now() - started).toBeLessThan(8000);
  expect(JSON.parse(list.stdout).problems.map((each: { message: string }) => each.message)).toEqual(
    expect.arrayContaining([expect.stringMatching(reason)]),
  );
  for (const row of rowsOf(list.stdout)) expect(['unknown', 'live']).toContain(row.class);
  const doctor = await run(['doctor'], env);
  expect(doctor.code).toBe(10);
  expect(doctor.stdout).toMatch(/^BAD {2}tmux/m);
}

/** Processes whose command line contains it. */
const left = (mark: string) =>
  eventually(`no process with ${mark} remains`, () => !isRunning(mark)).then(() => undefined);
function isRunning(mark: string): boolean {
  return readFileSync('/proc/self/stat').length > 0 && existsSync(mark) && isAlive(pidIn(mark));
}
function pidIn(path: string): number {
  return Number(readFileSync(path, 'utf8'));
}

describe('tmux', () => {
  const note = () => join(farm.standIns.directory, 'helper');

  it('not on PATH: agents are shown by their processes or as unknown, and nothing is a ghost', async () => {
    const empty = join(farm.standIns.directory, 'empty');
    await expectUnread({ PATH: empty }, /tmux is not installed, or not on PATH/);
    observer.afterwards([]);
  });

  it('that prints 50 MB is an error, and takes no memory', async () => {
    const path = pathWith(
      farm.standIns.directory,
      'tmux',
      `echo $$ > ${note()}; yes | head -c 50000000`,
    );
    await expectUnread({ PATH: path }, /printed more than 4 MB/);
    await left(note());
  });

  it('that hangs and ignores SIGTERM is killed with its children', async () => {
    const script = `trap '' TERM; sleep 1000 & echo $! > ${note()}; wait`;
    const path = pathWith(farm.standIns.directory, 'tmux', script);
    await expectUnread({ PATH: path }, /no answer within 2 s/);
    await left(note());
    observer.afterwards([]);
  });

  it('that leaves a child holding its pipe has still answered', async () => {
    const script = `setsid sleep 20 & echo $! > ${note()}; exec ${realTmux} "$@"`;
    const path = pathWith(farm.standIns.directory, 'tmux', script);
    const list = await run(['list', '--json'], { PATH: path });
    expect(list.code).toBe(0);
    expect(rowsOf(list.stdout).map(row => row.class)).toEqual(['live', 'live']);
    const kill = await run(['kill', 'alpha-1', '--yes', '--json'], { PATH: path });
    expect([kill.code, JSON.parse(kill.stdout).targets[0].outcome]).toEqual([0, 'exited']);
    observer.afterwards([agent]);
  });

  it('that fails with its own message is quoted without control characters', async () => {
    const path = pathWith(
      farm.standIns.directory,
      'tmux',
      String.raw`printf 'b\033[2Jad\n' >&2; exit 3`,
    );
    await expectUnread({ PATH: path }, /b.\[2Jad/);
    const { stdout } = await run(['list'], { PATH: path });
    expect(stdout).toContain('b\\e[2Jad');
    expect(stdout).not.toContain('\u001b');
  });

  it('is queried on the named servers only, whatever TMUX says', async () => {
    for (const value of ['garbage', ',,,', '/nowhere,-1,$0', '\u001b[2J', '/dev/null,1,0']) {
      const list = await run(['list', '--json'], { TMUX: value, TMUX_PANE: '%\u001b' });
      expect(list.code).toBe(0);
      expect(rowsOf(list.stdout).map(row => row.class)).toEqual(['live', 'live']);
    }
    const kill = await run(['kill', 'alpha-1', '--yes'], { TMUX: 'garbage', TMUX_PANE: '%0' });
    expect(kill.code).toBe(0);
    observer.afterwards([agent]);
  });

  it('with a removed socket is reported with what recreates it, and is rescued', async () => {
    const server = farm.server.pid();
    rmSync(farm.server.path);
    try {
      const list = await run(['list', '--json'], {});
      for (const row of rowsOf(list.stdout)) expect(['unknown', 'live']).toContain(row.class);
      const kill = await run(['kill', 'alpha-1', '--yes'], {});
      expect(kill.code).toBe(5);
      const doctor = await run(['doctor'], {});
      expect(doctor.code).toBe(10);
      expect(doctor.stdout).toMatch(new RegExp(`tmux server ${server}: .*doctor --rescue`));
      const rescued = await run(['doctor', '--rescue', '--yes'], {});
      expect([rescued.code, rescued.stderr]).toEqual([0, '']);
      expect(rescued.stdout).toContain(`tmux server ${server} answers on ${farm.server.path}`);
    } finally {
      // A socket that is there is recreated too.
      process.kill(server, 'SIGUSR1');
    }
    await eventually('the socket is there', () => existsSync(farm.server.path));
    const again = await run(['list', '--json'], {});
    expect(rowsOf(again.stdout).map(row => row.class)).toEqual(['live', 'live']);
    observer.afterwards([]);
  });
});

describe('flock', () => {
  /** A copy of the program has no packages beside it, so only flock(1) takes locks. */
  const kill = (script: string) => {
    const copy = join(farm.standIns.directory, 'dist');
    cpSync(dirname(cliPath), copy, { recursive: true });
    const words = ['kill', 'alpha-1', '--yes', '--json', '--lock-wait', '0.5', ...farm.options];
    const PATH = pathWith(farm.standIns.directory, 'flock', script);
    return vigil(words, {
      cli: join(copy, 'cli.js'),
      env: { XDG_STATE_HOME: farm.state, PATH },
    });
  };
  const cases = [
    [
      'that hangs and ignores SIGTERM',
      (note: string) => `trap '' TERM; sleep 1000 3<&- & echo $! > ${note}; wait`,
    ],
    ['that leaves a child behind', (note: string) => `sleep 1000 & echo $! > ${note}; exit 7`],
    ['that fails', (note: string) => `echo $$ > ${note}; exit 66`],
  ] as const;
  for (const [title, script] of cases)
    it(`${title}: the agent is ended, its entry stays open, and that is reported`, async () => {
      const note = join(farm.standIns.directory, 'helper');
      const { code, stdout } = await kill(script(note));
      const [result] = JSON.parse(stdout).targets;
      expect([code, result.outcome]).toEqual([1, 'exited']);
      expect(result.errors.join()).toMatch(/flock\(1\) failed/);
      expect(agent.pids.filter(isAlive)).toEqual([]);
      expect(observer.statusOf(agent)).toBe('working');
      if (title === 'that leaves a child behind') process.kill(pidIn(note), 'SIGKILL');
      await left(note);
      observer.afterwards([agent]);
    });
});
