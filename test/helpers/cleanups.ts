/** A farm with everything that a sweep or a shutdown meets: one leftover of each kind, and
 * processes to spare. Real processes, a real tmux, real files. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Agents, startAgents } from './agents.ts';
import { eventually } from './eventually.ts';
import { statOf } from './stand-ins.ts';
import { type Run, vigil } from './vigil.ts';

export type Cleanups = Agents & {
  readonly taskDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command on this farm only. */
  vigil(verb: string, ...words: string[]): Promise<Run>;
  /** Writes both registries: statuses by agent id. */
  recordAs(statuses: Readonly<Record<string, string>>): void;
  /** Creates prompt, log, progress and findings of an agent, with distinct bytes.
   * @returns the bytes of the files to archive, by name. */
  writeFiles(id: string): ReadonlyMap<string, Buffer>;
  /** An agent's session with only a shell in it. */
  husk(id: string): void;
  /** A child of an agent that is gone with its session. */
  leftChild(id: string): Promise<number>;
  /** An MCP server whose agent and session are gone. */
  leftServer(): Promise<number>;
  /** An agent program started by a person, in a session that is not an agent's. */
  interactive(session: string): Promise<number>;
  /** An agent program in a session of this name. @param before shell commands to run first. */
  program(session: string, before?: string): Promise<number>;
  sessions(): string[];
  status(id: string): unknown;
};

export function startCleanups(): Cleanups {
  const farm = startAgents();
  const { server, standIns, workspace, task, options, state } = farm;
  const taskDirectory = join(workspace.path, task);
  const claude = join(standIns.directory, 'bin', 'claude');
  const env = { XDG_STATE_HOME: state };
  const program = async (session: string, before = 'true') => {
    const { env: settings, ready } = standIns.environment();
    const words = `READY_FILE='${settings.READY_FILE}' HABIT=cooperative '${claude}' --print go`;
    server.session(session, 'bash', '-c', `${before}; ${words}; true`);
    const pid = await ready();
    standIns.adopt(pid);
    return pid;
  };
  return {
    ...farm,
    taskDirectory,
    env,
    vigil: (verb, ...words) => vigil([verb, ...options, ...words], { env }),
    recordAs(statuses) {
      const ids = Object.entries(statuses);
      workspace.writeTask(
        task,
        ids.map(([id, status]) => ({ id, status })),
      );
      workspace.writeGlobal(
        Object.fromEntries(
          ids.map(([id, status]) => [id, { task_id: task, tmux_session: `agent_${id}`, status }]),
        ),
        { active_agents: ids.filter(([, status]) => status !== 'completed').length },
      );
      workspace.age();
    },
    writeFiles(id) {
      const kept = new Map<string, Buffer>();
      mkdirSync(taskDirectory, { recursive: true });
      writeFileSync(join(taskDirectory, `agent_prompt_${id}.txt`), 'go', { mode: 0o600 });
      for (const [place, name] of [
        ['logs', `${id}_stream.jsonl`],
        ['logs', `deploy_${id}.json`],
        ['progress', `${id}_progress.jsonl`],
        ['findings', `${id}_findings.jsonl`],
      ] as const) {
        const content = randomBytes(5000);
        mkdirSync(join(taskDirectory, place), { recursive: true });
        writeFileSync(join(taskDirectory, place, name), content);
        kept.set(name, content);
      }
      return kept;
    },
    husk: id => server.session(`agent_${id}`, 'bash', '--norc'),
    async leftChild(id) {
      const agent = await farm.start(id, 'with a setsid child', { isMarked: true });
      server.tmux('kill-session', '-t', `=${agent.session}`);
      return orphaned(agent.pids[1]);
    },
    async leftServer() {
      const { env: settings, ready } = standIns.environment();
      const file = settings.READY_FILE;
      // As claude marks its children: with its own pid.
      const start = `CLAUDECODE=1 CLAUDE_PID=$$ setsid '${standIns.server('mcp-server-files')}' '${file}' </dev/null >/dev/null 2>&1 &`;
      server.session(
        'agent_gone-0',
        'bash',
        '-c',
        `${start} until [ -s '${file}' ]; do sleep 0.01; done`,
      );
      const pid = await ready();
      standIns.adopt(pid);
      return orphaned(pid);
    },
    interactive: session => program(session),
    program,
    sessions: () => server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n').sort(),
    status: id =>
      JSON.parse(readFileSync(workspace.taskFile(task), 'utf8')).agents.find(
        (each: { id: string }) => each.id === id,
      )?.status,
  };
}

async function orphaned(pid = 0): Promise<number> {
  await eventually(`pid ${pid} has lost its parent`, () => statOf(pid)?.ppid === 1);
  return pid;
}

/** Everything below a directory: names, and for files times, modes and bytes. */
export function contentOf(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .sort()
      .map(name => {
        const path = join(directory, name);
        const info = statSync(path);
        if (!info.isFile()) return [name, ''];
        return [name, `${info.mtimeMs} ${info.mode} ${readFileSync(path).toString('base64')}`];
      }),
  );
}
