/** Agents with various behaviours in a real tmux: cooperative, stubborn, with detached children.
 * Each reports when it is ready and which processes it started. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { createStandIns, type StandIns, statOf } from './stand-ins.ts';
import { startTmux, type TmuxServer } from './tmux-server.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export type Habit =
  | 'cooperative'
  | 'slow'
  | 'stubborn'
  | 'stubborn but for HUP'
  | 'with a setsid child'
  | 'with a daemon'
  | 'forks on TERM'
  | 'respawns';

export type Agent = {
  readonly id: string;
  readonly session: string;
  /** Pids that it reported: itself and its children. */
  readonly pids: readonly number[];
  /** Inherited as READY_FILE by everything it started, and by nothing else. */
  readonly readyFile: string;
};

/** Marks that tie an agent to its workspace without a registry entry. */
export type Signs = {
  /** Its output goes to its log through a `tee`, which keeps that open. */
  readonly writesLog?: boolean;
  /** It and its children carry `VIGIL_AGENT`. */
  readonly isMarked?: boolean;
};

export type Agents = {
  readonly server: TmuxServer;
  readonly standIns: StandIns;
  readonly workspace: Workspace;
  readonly task: string;
  readonly options: readonly string[];
  readonly state: string;
  /** @param more marks that identify it without an entry. */
  start(id: string, habit: Habit, more?: Signs): Promise<Agent>;
  /** Starts an agent with this Python program (`hostile-agents.ts`), run under the name `claude`. */
  run(id: string, source: string): Promise<Agent>;
  /** Writes the registries with all agents started so far. */
  record(): void;
  close(): void;
};

/** The agent itself, as `claude`; python behind it, for signals and forks. */
const program = `#!/usr/bin/env python3
import os, signal, sys, time
habit, ready = os.environ['HABIT'], os.environ['READY_FILE']
pids = [os.getpid()]

def child(run):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        run(lambda: os.write(writer, str(os.getpid()).encode()))
        os._exit(0)
    pids.append(int(os.read(reader, 20)))
    return pid

def forever(*_):
    while True: signal.pause()

def ignoring(*names):
    for name in names: signal.signal(name, signal.SIG_IGN)

def setsid_child(tell):
    os.setsid(); ignoring(signal.SIGTERM, signal.SIGHUP); tell(); forever()

def daemon(tell):
    os.setsid()
    if os.fork() > 0: os._exit(0)
    ignoring(signal.SIGHUP); tell(); forever()

def fork_on_term(*_):
    for _ in range(20):
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN); forever()

def respawner(tell):
    # Two in sessions of their own: each restarts the other when it dies.
    os.setsid(); ignoring(signal.SIGHUP, signal.SIGTERM); tell()
    while True:
        pid = os.fork()
        if pid == 0:
            os.setsid(); forever()
        os.waitpid(pid, 0)

# Who handles --ask-first's signal survives it.
ignoring(signal.SIGUSR1)
if habit == 'stubborn': ignoring(signal.SIGTERM, signal.SIGHUP)
if habit == 'stubborn but for HUP': ignoring(signal.SIGTERM)
if habit == 'slow':
    def late(*_): time.sleep(1.2); os._exit(0)
    signal.signal(signal.SIGTERM, late); signal.signal(signal.SIGHUP, signal.SIG_IGN)
if habit == 'with a setsid child': child(setsid_child)
if habit == 'with a daemon': child(daemon)
if habit == 'respawns': child(respawner)
if habit == 'forks on TERM':
    ignoring(signal.SIGHUP)
    signal.signal(signal.SIGTERM, fork_on_term)
with open(ready + '.tmp', 'w') as file: file.write(' '.join(map(str, pids)))
os.rename(ready + '.tmp', ready)
forever()
`;

export function startAgents(): Agents {
  const server = startTmux();
  const standIns = createStandIns();
  const workspace = createWorkspace(standIns.directory);
  const task = 'TASK-20251029-232447-3bf85ff8';
  const claude = join(standIns.directory, 'bin', 'claude');
  const state = join(standIns.directory, 'state');
  writeFileSync(claude, program);
  chmodSync(claude, 0o755);
  server.session('people');
  const started: Agent[] = [];
  const startProgram = async (
    id: string,
    path: string,
    habit: string,
    { writesLog = false, isMarked = false }: Signs = {},
  ): Promise<Agent> => {
    const { env, ready } = standIns.environment();
    const readyFile = env.READY_FILE as string;
    const session = `agent_${id}`;
    const mark = isMarked ? ` VIGIL_AGENT='${id}:0b7e'` : '';
    const settings = `HABIT='${habit}' READY_FILE='${readyFile}'${mark}`;
    const logs = join(workspace.path, task, 'logs');
    if (writesLog) mkdirSync(logs, { recursive: true });
    const sink = writesLog ? `tee -a '${join(logs, `${id}_stream.jsonl`)}'` : 'cat';
    server.session(session, 'bash', '-c', `${settings} '${path}' --print go | ${sink}`);
    await ready();
    const pids = readFileSync(readyFile, 'utf8').split(' ').map(Number);
    for (const pid of pids) standIns.adopt(pid);
    const agent = { id, session, pids, readyFile };
    started.push(agent);
    return agent;
  };
  return {
    server,
    standIns,
    workspace,
    task,
    state,
    options: ['-w', workspace.path, '-L', server.name],
    start: (id, habit, more) => startProgram(id, claude, habit, more),
    run(id, source) {
      const directory = join(standIns.directory, 'bin', id);
      mkdirSync(directory);
      writeFileSync(join(directory, 'claude'), source, { mode: 0o755 });
      return startProgram(id, join(directory, 'claude'), 'hostile');
    },
    record() {
      const directory = join(workspace.path, task);
      for (const place of ['logs', 'progress', 'findings'])
        mkdirSync(join(directory, place), { recursive: true });
      workspace.writeTask(
        task,
        started.map(({ id }) => ({ id, status: 'working' })),
      );
      workspace.writeGlobal(
        Object.fromEntries(
          started.map(({ id, session }) => [id, { task_id: task, tmux_session: session }]),
        ),
        { active_agents: started.length },
      );
      for (const { id } of started) {
        writeFileSync(join(directory, `agent_prompt_${id}.txt`), 'go', { mode: 0o600 });
        writeFileSync(join(directory, 'logs', `${id}_stream.jsonl`), '{}\n');
        writeFileSync(join(directory, 'progress', `${id}_progress.jsonl`), '{}\n');
      }
      workspace.age();
    },
    close() {
      server.close();
      // Includes processes that forked away from an agent, since they inherited READY_FILE.
      killBearers(standIns.directory);
      standIns.close();
    },
  };
}

/** Kills every process with a READY_FILE in this directory. Repeats until a pass finds none,
 * because some fork or restart each other. */
function killBearers(directory: string): void {
  for (let pass = 0; pass < mostPasses; pass++) {
    const bearers = bearersOf(directory);
    if (bearers.length === 0) return;
    for (const name of ['SIGSTOP', 'SIGKILL'] as const)
      for (const pid of bearers)
        try {
          process.kill(pid, name);
        } catch {
          // It has exited since, as wanted.
        }
  }
}

const mostPasses = 200;

function bearersOf(directory: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => environmentOf(pid).includes(`READY_FILE=${directory}/`));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

/** An independent plain read of /proc: a zombie counts as dead. */
export function isAlive(pid: number): boolean {
  const state = statOf(pid)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
}

export async function allDead(pids: readonly number[]): Promise<void> {
  await eventually(`${pids.join(' ')} are dead`, () => !pids.some(isAlive));
}

export function exists(path: string): boolean {
  return existsSync(path);
}
