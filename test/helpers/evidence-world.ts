/** A tmux directory, a workspace and a state directory with real executables: copies of a program
 * that sleeps, distinguished by their durations. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './agents.ts';
import { eventually } from './eventually.ts';
import { createStandIns, type StandIns, statOf } from './stand-ins.ts';
import { type OwnTerminal, openTerminal } from './terminal.ts';
import { startTmux, type TmuxServer } from './tmux-server.ts';
import { type Run, vigil, vigilEnv } from './vigil.ts';
import { type AgentSpec, createWorkspace, type Workspace } from './workspace.ts';

export type Program = {
  /** Shell command that runs it. */
  readonly words: string;
  readonly argv: readonly string[];
  /** Its pid, as soon as it is running. */
  pid(): Promise<number>;
};

export type EvidenceWorld = {
  readonly directory: string;
  readonly standIns: StandIns;
  readonly workspace: Workspace;
  readonly server: TmuxServer;
  readonly task: string;
  /** Another server in the same socket directory, started with these variables. */
  another(variables?: Readonly<Record<string, string>>): TmuxServer;
  /** A process of a real executable of this name, not started yet. */
  program(name: string): Program;
  /** Starts it as the first process of a new session. */
  run(session: string, name: string, server?: TmuxServer): Promise<number>;
  /** Starts it in a new session with output to a log, like the orchestrator. */
  runLogged(session: string, name: string, log: string, server?: TmuxServer): Promise<number>;
  /** Types this into the user's shell of a new session. */
  type(session: string, name: string, server?: TmuxServer): Promise<number>;
  /** A session with only a waiting shell. @returns the shell's pid. */
  shell(session: string, server?: TmuxServer): Promise<number>;
  /** Starts it without a terminal, like a service or a graphical program. */
  detached(name: string): Promise<number>;
  /** The entry of a process in `tracked_processes`. */
  identityOf(pid: number): Record<string, unknown>;
  attach(session: string, server?: TmuxServer): Promise<void>;
  /** The log of an agent with this id. */
  logOf(id: string): string;
  record(tasks: Readonly<Record<string, readonly AgentSpec[]>>): void;
  /** Active entries, in sessions of their own names. */
  recordWorking(...ids: string[]): void;
  /** The statuses in the registry: `ID STATUS`. */
  statuses(...ids: string[]): readonly string[];
  /** Queries all servers of this world unless an option names one. */
  vigil(verb: string, ...words: string[]): Promise<Run>;
  close(): void;
};

export function createEvidenceWorld(): EvidenceWorld {
  const standIns = createStandIns();
  const { directory } = standIns;
  const before = process.env.TMUX_TMPDIR;
  process.env.TMUX_TMPDIR = directory;
  const workspace = createWorkspace(directory);
  const task = 'TASK-20251029-232447-3bf85ff8';
  const logs = join(workspace.path, task, 'logs');
  mkdirSync(logs, { recursive: true });
  const servers: TmuxServer[] = [];
  const terminals: OwnTerminal[] = [];
  let longest = 100_000;
  const another: EvidenceWorld['another'] = (variables = {}) => {
    Object.assign(process.env, variables);
    const server = startTmux();
    for (const name of Object.keys(variables)) delete process.env[name];
    servers.push(server);
    server.session('people', 'bash', '--norc');
    return server;
  };
  const program = (name: string): Program => {
    const path = join(directory, 'bin', name);
    if (!existsSync(path)) copyFileSync('/bin/sleep', path);
    const seconds = String(++longest);
    return {
      words: `'${path}' ${seconds}`,
      argv: [path, seconds],
      pid: async () => {
        const pid = await eventually(`${name} ${seconds} runs`, () => running(path, seconds));
        standIns.adopt(pid);
        return pid;
      },
    };
  };
  const server = another();
  const shell = async (session: string, on = server) => {
    on.session(session, 'bash', '--norc');
    return eventually(`a shell waits in ${session}`, () => waitingShell(session, on));
  };
  const record: EvidenceWorld['record'] = tasks => {
    const all = Object.entries(tasks).flatMap(([name, agents]) =>
      agents.map(agent => [name, agent] as const),
    );
    for (const [name, agents] of Object.entries(tasks)) workspace.writeTask(name, agents);
    workspace.writeGlobal(
      Object.fromEntries(
        all.map(([name, { id, session }]) => [
          id,
          { task_id: name, tmux_session: session ?? `agent_${id}` },
        ]),
      ),
      { active_agents: all.filter(([, { status }]) => status !== 'completed').length },
    );
    workspace.age();
  };
  return {
    directory,
    standIns,
    workspace,
    server,
    task,
    another,
    program,
    shell,
    run(session, name, on = server) {
      const started = program(name);
      on.session(session, ...started.argv);
      return started.pid();
    },
    runLogged(session, name, log, on = server) {
      const started = program(name);
      on.session(session, 'bash', '-c', `${started.words} | tee -a '${log}'`);
      return started.pid();
    },
    async type(session, name, on = server) {
      const started = program(name);
      await shell(session, on);
      on.tmux('send-keys', '-t', `=${session}:`, started.words, 'Enter');
      return started.pid();
    },
    detached(name) {
      const started = program(name);
      execFileSync('setsid', ['--fork', ...started.argv], { stdio: 'ignore' });
      return started.pid();
    },
    identityOf: pid => ({
      pid,
      start: statOf(pid)?.start,
      boot_id: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    }),
    async attach(session, on = server) {
      const client = ['tmux', '-u', '-L', on.name, 'attach-session', '-t', `=${session}`];
      terminals.push(openTerminal(client, vigilEnv({ TERM: 'xterm' })));
      await eventually(`a client is attached to ${session}`, () =>
        on.tmux('list-clients', '-F', '#{client_session}').split('\n').includes(session),
      );
    },
    logOf: id => join(logs, `${id}_stream.jsonl`),
    record,
    recordWorking: (...ids) => record({ [task]: ids.map(id => ({ id, status: 'working' })) }),
    statuses(...ids) {
      const { agents } = JSON.parse(readFileSync(workspace.taskFile(task), 'utf8'));
      const known = new Map<string, string>(agents.map((one: AgentSpec) => [one.id, one.status]));
      return ids.map(id => `${id} ${known.get(id)}`);
    },
    vigil: (verb, ...words) =>
      vigil([verb, '-w', workspace.path, ...words], {
        env: { XDG_STATE_HOME: join(directory, 'state') },
      }),
    close() {
      for (const terminal of terminals) terminal.close();
      for (const each of servers) each.close();
      standIns.close();
      if (before === undefined) delete process.env.TMUX_TMPDIR;
      else process.env.TMUX_TMPDIR = before;
    },
  };
}

/** A part of a world: its processes, and which of them a command must leave running or end. */
export type Part = {
  readonly entries: readonly AgentSpec[];
  readonly lives?: readonly number[];
  readonly dies?: readonly number[];
  /** Sessions of the first server. */
  readonly stays?: string;
  readonly goes?: string;
};

export const asWanted = { living: [], dead: [], stays: true, goes: true };

/** Differences from the wanted state, checked independently. */
export function afterwards({ server }: EvidenceWorld, part: Part | undefined) {
  if (part === undefined) throw new Error('it was not prepared');
  const { lives = [], dies = [], stays, goes } = part;
  const sessions = server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
  return {
    living: dies.filter(isAlive),
    dead: lives.filter(pid => !isAlive(pid)),
    stays: stays === undefined || sessions.includes(stays),
    goes: goes === undefined || !sessions.includes(goes),
  };
}

/** The same status for each, in the format of `statuses`. */
export const each = (status: string, ...ids: string[]) => ids.map(id => `${id} ${status}`);

type Named = Readonly<Record<string, number>>;

/** Titles of those processes that are running, checked independently. */
export const livingOf = (named: Named) =>
  Object.keys(named).filter(title => isAlive(named[title] as number));

export const deadOf = (named: Named) =>
  Object.keys(named).filter(title => !isAlive(named[title] as number));

/** The process that has become this program with this argument; before its exec it was a fork of
 * its parent. */
function running(path: string, argument: string): number | undefined {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .find(pid => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return words === `${path}\0${argument}\0` && readlinkSync(`/proc/${pid}/exe`) === path;
      } catch {
        return false;
      }
    });
}

/** A shell that has printed its prompt accepts input. */
function waitingShell(session: string, server: TmuxServer): number | undefined {
  const target = `=${session}:`;
  if (server.tmux('capture-pane', '-p', '-t', target).trim() === '') return undefined;
  return Number(server.tmux('display-message', '-p', '-t', target, '#{pane_pid}'));
}
