/** The benchmark's machine: N sleeping processes, 20 agents in a private tmux, and their
 * registry. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { eventually } from '../test/helpers/eventually.ts';
import { createStandIns } from '../test/helpers/stand-ins.ts';
import { startTmux } from '../test/helpers/tmux-server.ts';
import { agentId, createWorkspace } from '../test/helpers/workspace.ts';

export type BenchFarm = {
  readonly options: readonly string[];
  readonly processes: number;
  close(): void;
};

export type FarmShape = {
  /** Agents in sessions. */
  readonly agents?: number;
  /** Entries of agents that are gone. */
  readonly ghosts?: number;
  /** Every agent constantly uses some CPU, so that every row changes. */
  readonly isBusy?: boolean;
};

/** Works for a millisecond, then sleeps. */
const restless = `
import time
while True:
    sum(range(20000)); time.sleep(0.4)
`;
/** Sessions older than this have settled: no second poll is needed. */
const settledMs = 3500;

export async function startBenchFarm(
  count: number,
  { agents = 20, ghosts = 0, isBusy = false }: FarmShape = {},
): Promise<BenchFarm> {
  const server = startTmux();
  const standIns = createStandIns();
  const sleepers = startSleepers(count);
  const close = () => {
    sleepers.kill('SIGTERM');
    server.close();
    standIns.close();
  };
  try {
    const workspace = createWorkspace(standIns.directory);
    const claude = standIns.agent('claude');
    const ids = Array.from({ length: agents }, (_, index) => agentId('builder', index));
    const inProject = ['env', '-C', standIns.directory];
    for (const id of ids) {
      const { env, ready } = standIns.environment();
      const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      if (isBusy)
        server.session(
          `agent_${id}`,
          ...inProject,
          ...settings,
          'bash',
          '-c',
          `${claude} & exec python3 -c '${restless}'`,
        );
      else server.session(`agent_${id}`, ...inProject, ...settings, claude);
      await ready();
    }
    const started = Date.now();
    workspace.writeTask(
      'TASK-20261121-000000-00000001',
      [...ids, ...Array.from({ length: ghosts }, (_, index) => agentId('ghost', index))].map(
        id => ({
          id,
          status: 'working',
        }),
      ),
    );
    workspace.age();
    await eventually(`${count} processes sleep`, () => childrenOf(sleepers) >= count, 600_000);
    await eventually('the sessions have settled', () => Date.now() - started > settledMs);
    return { options: ['-w', workspace.path, '-L', server.name], processes: count, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** One parent forks them all and kills them when it exits: forking from Node would take minutes. */
function startSleepers(count: number): ChildProcess {
  const program = `
import os, signal, sys
children = []
def stop(*_):
    for pid in children: os.kill(pid, signal.SIGKILL)
    os._exit(0)
signal.signal(signal.SIGTERM, stop)
for _ in range(int(sys.argv[1])):
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.execv('/bin/sleep', ['sleep', '100000'])
    children.append(pid)
while True: signal.pause()
`;
  return spawn('python3', ['-c', program, String(count)], { stdio: 'ignore' });
}

function childrenOf(parent: ChildProcess): number {
  const path = `/proc/${parent.pid}/task/${parent.pid}/children`;
  return readFileSync(path, 'utf8').split(' ').filter(Boolean).length;
}
