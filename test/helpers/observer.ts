/** Terminates agents with the built program under strace, then verifies the result by /proc,
 * Python and files, without the program's own code. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Agent, Agents } from './agents.ts';
import { eventually } from './eventually.ts';
import { hasStart, statOf } from './stand-ins.ts';
import { cliPath, vigilEnv } from './vigil.ts';

export type ProcessReport = {
  readonly pid: number;
  readonly start: string;
  readonly outcome: string;
  readonly reason: string;
};

export type TargetReport = {
  readonly verified_no_zombies: boolean;
  readonly left: readonly { readonly pid: number }[];
  readonly target: string;
  readonly outcome: string;
  readonly processes: readonly ProcessReport[];
  readonly signals: readonly { readonly pid: number; readonly signal: string }[];
  readonly escalated_to_sigkill: boolean;
  readonly errors: readonly string[];
  readonly durationMs: number;
};

export type Watched = {
  readonly code: number | null;
  readonly stderr: string;
  readonly targets: readonly TargetReport[];
  readonly spared: readonly { readonly pid: number; readonly reason: string }[];
  readonly durationMs: number;
  /** Signals requested from the kernel by any process of vigil. */
  readonly sent: readonly { readonly pid: number; readonly signal: string }[];
};

/** Processes that must stay unsignalled: an editor with the agent's id in its arguments, a `tail`
 * of its log, another agent, the tmux server, another user's process. */
export type Bystanders = { readonly pids: readonly number[] };

export async function startBystanders(farm: Agents, id: string): Promise<Bystanders> {
  const { standIns, workspace, task, server } = farm;
  const log = join(workspace.path, task, 'logs', `${id}_stream.jsonl`);
  const other = await farm.start('bystander-1', 'cooperative');
  const words = join(standIns.directory, `claude-${id}`);
  const editor = standIns.start(standIns.server('vim'), [words]);
  const tail = standIns.start('tail', ['-F', log]);
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups', 'sleep', '1000000'];
  const stranger = standIns.start('setpriv', user);
  await eventually('the editor runs', () => existsSync(words));
  await eventually('the stranger runs', () => uidOf(stranger.pid as number) === 65534);
  const pids = [editor.pid, tail.pid, stranger.pid].map(Number);
  return { pids: [...pids, server.pid(), ...other.pids] };
}

/** Runs `vigil kill … --yes --json` under strace, and checks everything that must hold
 * afterwards, whatever was ended and however that went. */
export async function endWatched(
  farm: Agents,
  agents: readonly Agent[],
  bystanders: Bystanders,
  words: readonly string[] = [],
  /** A command that starts vigil, such as `nice -n 19`. */
  prefix: readonly string[] = [],
): Promise<Watched> {
  const trace = join(farm.standIns.directory, `trace-${++traces}`);
  const strace = ['strace', '-f', '--seccomp-bpf', '-qq', '-e', 'trace=kill,tkill,tgkill,execve'];
  const command = [
    ...prefix,
    ...strace,
    '-e',
    'signal=none',
    '-o',
    trace,
    process.execPath,
    cliPath,
  ];
  const ids = agents.map(agent => agent.id);
  const run = await runProgram(
    [...command, 'kill', ...ids, ...farm.options, '--yes', '--json', ...words],
    vigilEnv({ XDG_STATE_HOME: farm.state }),
  );
  const json = JSON.parse(run.stdout || '{}');
  const watched: Watched = {
    code: run.code,
    stderr: run.stderr,
    targets: json.targets ?? [],
    spared: json.plan?.spared ?? [],
    durationMs: json.durationMs,
    sent: signalsIn(readFileSync(trace, 'utf8')),
  };
  expectOnlyMembersSignalled(watched, bystanders);
  expectTruth(watched, agents);
  expectNothingLeft(farm, watched, bystanders);
  return watched;
}

let traces = 0;

export function expectOnlyMembersSignalled({ targets, sent }: Watched, { pids }: Bystanders): void {
  const members = new Set(targets.flatMap(target => target.processes.map(each => each.pid)));
  expect(sent.filter(each => !members.has(each.pid))).toEqual([]);
  expect(pids.filter(pid => !hasLivingThread(pid))).toEqual([]);
  expect(sent.filter(each => pids.includes(each.pid))).toEqual([]);
  // One SIGTERM to each.
  const terminated = sent.filter(each => each.signal === 'SIGTERM').map(each => each.pid);
  expect(terminated).toHaveLength(new Set(terminated).size);
}

/** The report on each process matches the facts; if an agent is reported as gone, no process has
 * its mark. */
function expectTruth({ targets }: Watched, agents: readonly Agent[]): void {
  const isThere = ({ pid, start }: ProcessReport) => hasStart(pid, start) && hasLivingThread(pid);
  const reported = targets.flatMap(target => target.processes);
  const mismatches = reported.filter(
    each => isThere(each) !== ['survived', 'denied'].includes(each.outcome),
  );
  expect(mismatches).toEqual([]);
  const bearers = marksInUse();
  for (const agent of agents) {
    const outcome = targets.find(each => each.target.startsWith(`agent:${agent.id}`))?.outcome;
    if (['exited', 'killed', 'vanished'].includes(outcome ?? '')) {
      expect([agent.id, bearers.get(agent.readyFile) ?? []]).toEqual([agent.id, []]);
      expect([agent.id, agent.pids.filter(hasLivingThread)]).toEqual([agent.id, []]);
    }
  }
}

/** The registries are complete, with correct counts; no process is stopped; no temporary file
 * remains. */
export function expectNothingLeft(farm: Agents, watched: Watched, { pids }: Bystanders): void {
  const task = JSON.parse(readFileSync(farm.workspace.taskFile(farm.task), 'utf8'));
  const global = JSON.parse(readFileSync(farm.workspace.globalFile, 'utf8'));
  const count = (agents: readonly { status: string }[], status: string) =>
    agents.filter(each => each.status === status).length;
  expect([task.active_count, task.completed_count]).toEqual([
    count(task.agents, 'working') + count(task.agents, 'stuck'),
    count(task.agents, 'completed'),
  ]);
  // The index repeats what the task registry says about the agent.
  const closed = Object.values(global.agents as Record<string, { status?: string }>).filter(
    each => each.status === 'terminated',
  );
  expect(global.active_agents).toBe(task.agents.length - closed.length);
  const reported = watched.targets.flatMap(target => target.processes.map(each => each.pid));
  expect([...reported, ...pids].filter(pid => statOf(pid)?.state === 'T')).toEqual([]);
  const left = filesBelow(farm.workspace.path).filter(name => /\.(tmp|lock|journal)\b/.test(name));
  // Processes that outlived SIGKILL stay in the kill journal for the next vigil.
  const survivors = watched.targets.filter(each => each.outcome === 'survived');
  const forbidden = survivors.length > 0 ? /\.tmp|\.lock/ : /ending-|\.tmp|\.lock/;
  const notes = filesBelow(farm.state).filter(name => forbidden.test(name));
  expect([...left, ...notes]).toEqual([]);
}

/** A process is running while any of its threads is, whatever its leader's state. */
export function hasLivingThread(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).some(thread => {
      const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
      return !/^[ZX]/.test(text.slice(text.lastIndexOf(')') + 2));
    });
  } catch {
    return false;
  }
}

export function uidOf(pid: number): number {
  const line = /^Uid:\t\d+\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(line?.[1]);
}

const marksProgram = `
import json, os
marks = {}
for name in filter(str.isdigit, os.listdir('/proc')):
    try:
        environment = open(f'/proc/{name}/environ', 'rb').read().split(b'\\0')
        state = open(f'/proc/{name}/stat', 'rb').read().rpartition(b')')[2].split()[0]
    except OSError:
        continue
    for entry in environment:
        if entry.startswith(b'READY_FILE=') and state not in (b'Z', b'X'):
            marks.setdefault(entry[11:].decode(), []).append(int(name))
print(json.dumps(marks))
`;

/** READY_FILE → the processes that have it, read without Node. */
function marksInUse(): ReadonlyMap<string, readonly number[]> {
  return new Map(
    Object.entries(JSON.parse(execFileSync('python3', ['-c', marksProgram], { encoding: 'utf8' }))),
  );
}

/** Except signals to programs that vigil itself started, such as a hung tmux client. */
function signalsIn(trace: string) {
  const own = new Set([...trace.matchAll(/^(\d+) +execve\(/gm)].map(([, pid]) => Number(pid)));
  return [...trace.matchAll(/\bt?g?kill\((?:\d+, )??(-?\d+), (SIG\w+)\)/g)]
    .map(([, pid, signal = '']) => ({ pid: Number(pid), signal }))
    .filter(({ pid }) => !own.has(Math.abs(pid)));
}

function filesBelow(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory, { recursive: true }).map(String) : [];
}

function runProgram([command = '', ...words]: readonly string[], env: NodeJS.ProcessEnv) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(command, words, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout, stderr }));
  });
}
