/** A farm modelled on the process leak analysis: 8 live agents, 46 ghosts, 39 ended, 1 undead, 1
 * husk, an unregistered agent session, 3 interactive agents, a zombie, and a server left behind
 * by a setsid child of an ended agent. Real processes, a real tmux, real files. */
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { createStandIns, type StandIns, statOf } from './stand-ins.ts';
import { startTmux, type TmuxServer } from './tmux-server.ts';
import { agentId, createWorkspace, type Workspace } from './workspace.ts';

export type Farm = {
  readonly server: TmuxServer;
  readonly standIns: StandIns;
  readonly workspace: Workspace;
  readonly task: string;
  readonly ids: {
    readonly live: readonly string[];
    readonly ghosts: readonly string[];
    readonly ended: readonly string[];
    readonly undead: string;
    readonly husk: string;
    readonly leaker: string;
  };
  readonly stray: string;
  readonly pids: {
    readonly live: readonly number[];
    readonly interactive: readonly number[];
    readonly zombie: number;
    readonly zombieParent: number;
    readonly leaked: number;
  };
  /** Options that limit vigil to this farm. */
  readonly options: readonly string[];
  close(): void;
};

export async function startFarm(): Promise<Farm> {
  const server = startTmux();
  const standIns = createStandIns();
  try {
    return await grow(server, standIns);
  } catch (error) {
    server.close();
    standIns.close();
    throw error;
  }
}

async function grow(server: TmuxServer, standIns: StandIns): Promise<Farm> {
  const workspace = createWorkspace(standIns.directory);
  const task = 'TASK-20251029-232447-3bf85ff8';
  const many = (type: string, count: number) =>
    Array.from({ length: count }, (_, index) => agentId(type, index + 1));
  const ids = {
    live: many('builder', 8),
    ghosts: many('ghost', 46),
    ended: many('finished', 38),
    undead: agentId('undead', 1),
    husk: agentId('husk', 1),
    leaker: agentId('leaker', 1),
  };
  const stray = 'agent_stray-232300-000001';
  const claude = standIns.agent('claude');

  const sessions = [...ids.live.map(id => `agent_${id}`), `agent_${ids.undead}`, stray, 'work'];
  const live: number[] = [];
  const started = sessions.map(name => {
    const { env, ready } = standIns.environment();
    server.session(name, ...agentCommand(claude, env));
    return ready();
  });
  const pids = await Promise.all(started);
  live.push(...pids.slice(0, ids.live.length));
  server.session(`agent_${ids.husk}`, 'bash', '--norc');

  const terminals = await Promise.all([1, 2].map(() => onTerminal(standIns, claude)));
  const zombie = await standIns.zombie();
  const leaked = await leak(server, standIns, `agent_${ids.leaker}`, claude);

  workspace.writeTask(task, [
    ...[...ids.live, ...ids.ghosts, ids.husk].map(id => ({ id, status: 'working' })),
    ...[...ids.ended, ids.undead, ids.leaker].map(id => ({
      id,
      status: 'completed',
      progress: 100,
    })),
  ]);
  workspace.writeGlobal(
    Object.fromEntries(
      ids.live.map(id => [id, { task_id: task, type: 'builder', tmux_session: `agent_${id}` }]),
    ),
    { active_agents: 95 },
  );
  return {
    server,
    standIns,
    workspace,
    task,
    ids,
    stray,
    pids: {
      live,
      interactive: [pids.at(-1) as number, ...terminals],
      zombie: zombie.pid,
      zombieParent: zombie.parent,
      leaked,
    },
    options: ['-w', workspace.path, '-L', server.name],
    close() {
      server.close();
      standIns.close();
    },
  };
}

/** Started like the orchestrator does: a shell that runs the agent and tees its output. */
function agentCommand(program: string, env: Record<string, string>): string[] {
  const settings = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
  return ['bash', '-c', `${settings.join(' ')} '${program}' --print go | tee /dev/null`];
}

/** An agent on its own pseudo-terminal, as over ssh. */
async function onTerminal(standIns: StandIns, program: string): Promise<number> {
  const { env, ready } = standIns.environment();
  const log = join(standIns.directory, 'typescript');
  standIns.start('script', ['-q', '-c', `bash -c "'${program}'; true"`, log], env);
  return ready();
}

/** An agent starts a server with setsid and exits with its session; the server keeps running. */
async function leak(
  server: TmuxServer,
  standIns: StandIns,
  session: string,
  program: string,
): Promise<number> {
  const { env, ready } = standIns.environment();
  const file = standIns.environment();
  server.session(
    session,
    ...agentCommand(program, {
      ...env,
      LEAK: standIns.server('mcp-server-files'),
      LEAK_PID_FILE: file.env.READY_FILE as string,
    }),
  );
  const leaked = await file.ready();
  standIns.adopt(leaked);
  await ready();
  server.tmux('kill-session', '-t', `=${session}`);
  await eventually('the leaked server has lost its parent', () => statOf(leaked)?.ppid === 1);
  return leaked;
}
