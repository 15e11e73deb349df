/** A workspace with a task, a private tmux, `vigil deploy` on both, and an independent check of
 * the result. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStandIns, type StandIns } from './stand-ins.ts';
import { startTmux, type TmuxServer } from './tmux-server.ts';
import { cliPath, type Run, vigil, vigilEnv } from './vigil.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export type Deploys = {
  readonly server: TmuxServer;
  readonly standIns: StandIns;
  readonly workspace: Workspace;
  readonly task: string;
  readonly options: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  run(verb: string, ...words: string[]): Promise<Run>;
  /** Deploys a program that waits forever, unless a command is given. */
  deploy(type: string, ...words: string[]): Promise<Run>;
  /** The same as a child process that can be killed; `done` when it has exited. */
  begin(
    type: string,
    env?: Readonly<Record<string, string>>,
  ): { readonly pid: number; readonly done: Promise<number | null> };
  /** Puts a program of this name in front of the real one on PATH. */
  wrap(name: string, script: string): void;
  left(): LeftBehind;
  close(): void;
};

/** What exists of agents, checked independently. */
export type LeftBehind = {
  readonly prompts: readonly string[];
  readonly sessions: readonly string[];
  /** Command lines of processes with a mark of this workspace's agents. */
  readonly processes: readonly string[];
  readonly entries: readonly string[];
  readonly intents: readonly string[];
};

export const nothing: LeftBehind = {
  prompts: [],
  sessions: [],
  processes: [],
  entries: [],
  intents: [],
};

const task = 'TASK-20251029-232447-3bf85ff8';
const limits = {
  task_description: 'a task',
  agent_hierarchy: { orchestrator: [] },
  max_agents: 45,
  max_depth: 5,
  max_concurrent: 20,
  total_spawned: 0,
};

export function startDeploys(more: Record<string, unknown> = {}): Deploys {
  const server = startTmux();
  const standIns = createStandIns();
  const workspace = createWorkspace(standIns.directory);
  workspace.writeTask(task, [], { ...limits, ...more });
  workspace.writeGlobal({}, { total_agents_spawned: 3, max_concurrent_agents: 40 });
  server.session('people');
  const claude = standIns.agent('claude');
  const bin = join(standIns.directory, 'bin');
  const options = ['-w', workspace.path, '-L', server.name];
  const env = {
    XDG_STATE_HOME: join(standIns.directory, 'state'),
    PATH: `${bin}:${process.env.PATH}`,
  };
  // After `--` options would be words of the agent's command.
  const run = (verb: string, ...words: string[]) => vigil([verb, ...options, ...words], { env });
  const wordsFor = (type: string) => ['--task', task, '--type', type, '--prompt', `do ${type}`];
  return {
    server,
    standIns,
    workspace,
    task,
    options,
    env,
    run,
    deploy: (type, ...words) =>
      vigil(
        ['deploy', ...options, ...wordsFor(type), ...(words.length > 0 ? words : ['--', claude])],
        {
          env,
        },
      ),
    begin(type, own = {}) {
      const words = ['deploy', ...options, ...wordsFor(type), '--', claude];
      const child = spawn(process.execPath, [cliPath, ...words], {
        env: vigilEnv({ ...env, ...own }),
        stdio: 'ignore',
      });
      const done = new Promise<number | null>(resolve => child.on('close', resolve));
      return { pid: child.pid as number, done };
    },
    wrap(name, script) {
      const path = join(bin, name);
      writeFileSync(path, `#!/bin/bash\n${script}`);
      chmodSync(path, 0o755);
    },
    left: () => lookAround(server, workspace),
    close() {
      server.close();
      standIns.close();
    },
  };
}

function lookAround(server: TmuxServer, workspace: Workspace): LeftBehind {
  const names = (path: string) => (existsSync(path) ? readdirSync(path) : []);
  const { agents } = JSON.parse(readFileSync(workspace.taskFile(task), 'utf8'));
  const global = JSON.parse(readFileSync(workspace.globalFile, 'utf8')).agents;
  return {
    prompts: names(join(workspace.path, task)).filter(name => name.startsWith('agent_prompt_')),
    sessions: sessionsOf(server).filter(name => name.startsWith('agent_')),
    processes: markedProcesses(workspace.path),
    entries: [...agents.map((each: { id: string }) => each.id), ...Object.keys(global)],
    intents: names(join(workspace.path, 'registry', 'intents')),
  };
}

function sessionsOf(server: TmuxServer): string[] {
  try {
    return server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
  } catch {
    return [];
  }
}

/** By inherited marks, straight from /proc. */
function markedProcesses(workspace: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
        const isMarked = environment.some(each =>
          each.startsWith(`VIGIL_PROMPT_FILE=${workspace}/`),
        );
        return isMarked ? [readFileSync(`/proc/${pid}/cmdline`, 'latin1')] : [];
      } catch {
        return [];
      }
    });
}
