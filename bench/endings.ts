/** How long `vigil kill` takes for many at once: what it adds to the deaths themselves. Only in a pid namespace of its own,
 * since it ends every orphan that it sees. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Agents, type Habit, isAlive, startAgents } from '../test/helpers/agents.ts';
import { eventually } from '../test/helpers/eventually.ts';
import { vigilEnv } from '../test/helpers/vigil.ts';

export type EndingFigures = {
  /** From the last exit, as seen by another program, until vigil says that all are dead. */
  readonly verifiedMs: number;
  /** How many times as long fifty take as one, half of the fifty and the one stubborn. */
  readonly stubbornRatio: number;
  readonly oneStubbornMs: number;
  /** From the first signal to the last outcome. */
  readonly orphansMs: number;
};

type Result = { readonly durationMs: number; readonly targets: readonly Target[] };
type Target = { readonly outcome: string; readonly durationMs: number };

/** @param cli the built program. */
export async function measureEndings(cli: string): Promise<EndingFigures> {
  const alone = await ending(cli, ['stubborn']);
  const fifty = await ending(
    cli,
    Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? 'stubborn' : 'cooperative')),
  );
  return {
    verifiedMs: (await ending(cli, Array<Habit>(100).fill('cooperative'))).verifiedMs,
    stubbornRatio: fifty.durationMs / alone.durationMs,
    oneStubbornMs: alone.durationMs,
    orphansMs: await endingOrphans(cli, 2000),
  };
}

async function ending(cli: string, habits: readonly Habit[]) {
  const farm = startAgents();
  try {
    const agents = [];
    for (const [index, habit] of habits.entries())
      agents.push(await farm.start(`alpha-${index}`, habit));
    farm.record();
    const watched = watchExits(agents.flatMap(({ pids }) => pids));
    const { durationMs, targets } = await kill(
      cli,
      farm,
      agents.map(({ id }) => id),
    );
    const verifiedAt = beganAt(farm) + Math.max(...targets.map(each => each.durationMs));
    return { durationMs, verifiedMs: verifiedAt - watched.lastExitAt() };
  } finally {
    farm.close();
  }
}

/** @returns when the ending began, by vigil's log; epoch milliseconds. */
function beganAt(farm: Agents): number {
  const lines = readFileSync(join(farm.state, 'vigil', 'vigil.log'), 'utf8')
    .trim()
    .split('\n');
  const [first] = lines.map(line => JSON.parse(line)).filter(({ event }) => event === 'end');
  return Date.parse(first.time);
}

/** Servers that an agent has left behind: marked with it, and its session is gone. */
async function endingOrphans(cli: string, count: number): Promise<number> {
  const farm = startAgents();
  let leaks: ChildProcess | undefined;
  try {
    const agent = await farm.start('alpha-0', 'cooperative');
    farm.record();
    farm.server.tmux('kill-session', '-t', agent.session);
    const server = join(farm.standIns.directory, 'bin', 'mcp-server-leak');
    copyFileSync('/bin/sleep', server);
    leaks = spawn('python3', ['-c', leaking, server, String(count)], {
      env: { PATH: process.env.PATH, VIGIL_AGENT: `${agent.id}:0b7e` },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    leaks.stdout?.setEncoding('utf8').on('data', text => {
      said += text;
    });
    await eventually('they are started', () => said.endsWith('\n'), 60_000);
    const { durationMs, targets } = await kill(cli, farm, ['@orphans']);
    if (targets.length !== count) throw new Error(`${targets.length} of ${count} were targets`);
    return durationMs;
  } finally {
    farm.close();
  }
}

const leaking = `
import os, sys
for _ in range(int(sys.argv[2])):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0: os.execv(sys.argv[1], [sys.argv[1], '100000'])
        os._exit(0)
    os.wait()
print('started')
`;

async function kill(cli: string, farm: Agents, targets: readonly string[]): Promise<Result> {
  const words = ['kill', ...targets, '--yes', '--json', ...farm.options];
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...words], {
    env: vigilEnv({ XDG_STATE_HOME: farm.state }),
    maxBuffer: 1e9,
  });
  const result: Result = JSON.parse(stdout);
  const alive = result.targets.filter(
    ({ outcome }) => outcome !== 'killed' && outcome !== 'exited',
  );
  if (alive.length > 0) throw new Error(`${alive.length} targets were not ended`);
  return result;
}

/** Looks at /proc itself, every few milliseconds. */
function watchExits(pids: readonly number[]): { lastExitAt(): number } {
  let remaining = pids;
  let last = Date.now();
  const look = () => {
    const now = remaining.filter(isAlive);
    if (now.length < remaining.length) last = Date.now();
    remaining = now;
  };
  const timer = setInterval(look, 5);
  return {
    /** Epoch milliseconds. */
    lastExitAt() {
      clearInterval(timer);
      look();
      return last;
    },
  };
}
