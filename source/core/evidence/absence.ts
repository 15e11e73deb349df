/** An absence is proven only if every tmux server and pane that could hold the agent was read. */

import {
  isInteractiveShell,
  recordsBySession,
  type Scene,
  type ScenePane,
  sessionNameOf,
} from '../inventory/scene.ts';
import type { Process } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import type { AgentRecord } from '../registry/merge.ts';
import { doubt, type Evidence } from './evidence.ts';
import { idsWrittenBy } from './own-files.ts';
import { agentIn, idOfMark, treeOf } from './pane-proofs.ts';

/** @returns why an agent that was not found may still exist; undefined if it does not. */
export type AbsenceDoubt = (record: AgentRecord) => Evidence | undefined;

/** The facts that all records share are computed once, and only when an absence is to be judged. */
export function createAbsenceDoubt(scene: Scene): AbsenceDoubt {
  const silent = scene.inventory.servers.find(server => !server.reading.ok);
  let unqueried: readonly Process[] | undefined;
  let excluded: ExcludedAgents | undefined;
  let unnamed: readonly Unnamed[] | undefined;
  let logs: ReadonlyMap<string, NamedLog> | undefined;
  return record => {
    if (silent !== undefined && !silent.reading.ok)
      return doubt(
        'unread',
        `tmux socket ${silent.socket} could not be read (${silent.reading.reason}): the session may exist`,
      );
    const owner = record.registries[0]?.ownerUid ?? scene.machine.uid;
    if (owner !== scene.machine.uid && !scene.tree.byPid.has(1))
      return doubt(
        'unread',
        `the registry belongs to uid ${owner}, whose processes are hidden (hidepid)`,
      );
    if (record.status === 'terminal' && scene.inventory.serversChosen) return undefined;
    unqueried ??= unqueriedServers(scene);
    // A server of root may hold any user's agent.
    const mayHold = (each: Process) =>
      each.uid === owner || (each.uid === 0 && runsAgent(each, scene));
    const server = unqueried.find(mayHold);
    if (server !== undefined)
      return doubt(
        'unread',
        `tmux server pid ${server.pid} was not queried and runs more than shells: the session may exist`,
      );
    excluded ??= readExcludedAgents(scene);
    const location =
      excluded.byName.get(sessionNameOf(record)) ?? excluded.byId.get(record.entry.id);
    if (location !== undefined) return doubt('session', `it is on tmux socket ${location}`);
    unnamed ??= unnamedAgents(scene);
    const together = startedTogether(record, unnamed);
    if (together !== undefined) return together;
    logs ??= namedLogs(scene);
    const writer = logs.get(record.entry.id)?.process;
    return (
      writer &&
      doubt(
        'unread',
        `${describeProcess(writer)} names its log, and open files cannot be read: it may be this agent, renamed`,
      )
    );
  };
}

type NamedLog = { readonly process: Process; readonly panes: readonly ScenePane[] };

/** Logs that command lines beside an agent program name, by agent id. Where open files cannot be read, this is all that is
 * seen of the log that an agent in a renamed session writes: enough to claim no absence. */
export function namedLogs(scene: Scene): ReadonlyMap<string, NamedLog> {
  const found = new Map<string, NamedLog>();
  if (scene.machine.unseen === undefined) return found;
  for (const pane of scene.panes) {
    if (agentIn(pane, scene) === undefined) continue;
    for (const process of treeOf(pane, scene))
      for (const [, id = ''] of process.argv.join(' ').matchAll(/([^/\s'"]+)_stream\.jsonl/g))
        found.set(id, { process, panes: [...(found.get(id)?.panes ?? []), pane] });
  }
  return found;
}

type ExcludedAgents = {
  /** Socket, and why it is excluded. */
  readonly byName: ReadonlyMap<string, string>;
  readonly byId: ReadonlyMap<string, string>;
};

/** Agents on excluded servers: they exist, but no verb acts on them. */
function readExcludedAgents(scene: Scene): ExcludedAgents {
  const locationOf = (each: { socket: string; leftOut?: string }) =>
    `${each.socket}, ${each.leftOut}`;
  const sessions = scene.sessions.filter(({ leftOut }) => leftOut !== undefined);
  const panes = scene.panes.filter(({ leftOut }) => leftOut !== undefined);
  const byId = new Map<string, string>();
  const trees = panes.map(pane => ({ pane, members: treeOf(pane, scene) }));
  scene.probe(trees.flatMap(({ members }) => members));
  for (const { pane, members } of trees) {
    const option = idOfMark(pane.pane.agentOption?.replace(/:\d+$/, ''));
    const ids = members.flatMap(each => [
      ...idsWrittenBy(each, scene),
      idOfMark(scene.originOf(each).agentMark) ?? '',
    ]);
    for (const id of [...ids, option ?? '']) if (id !== '') byId.set(id, locationOf(pane));
  }
  return { byName: new Map(sessions.map(each => [each.name, locationOf(each)])), byId };
}

/** Recorded and started within this time of each other. */
export const togetherMs = 15_000;

type Unnamed = { readonly startedAt: number; readonly text: string };

/** Agent programs that their panes were created with, in sessions that no entry names: the session may have
 * been renamed before vigil first polled. */
export function unnamedAgents(scene: Scene): readonly Unnamed[] {
  const named = recordsBySession(scene.records);
  return scene.panes.flatMap(pane => {
    const { root, leftOut } = pane;
    const { sessionName } = pane.pane;
    // A user types the program into a shell; an orchestrator creates the pane with it.
    const isMade = root !== undefined && !isInteractiveShell(root, scene);
    const agent =
      isMade && leftOut === undefined && !named.has(sessionName) ? agentIn(pane, scene) : undefined;
    if (root === undefined || agent === undefined) return [];
    return [
      { startedAt: root.startedAt, text: `${describeProcess(agent)} in session ${sessionName}` },
    ];
  });
}

/** @returns an unrecorded agent that was started when this active one was recorded. */
export function agentOfItsAge(
  { status, entry: { startedAt } }: AgentRecord,
  unnamed: readonly Unnamed[],
): Unnamed | undefined {
  if (status !== 'active' || startedAt === undefined) return undefined;
  return unnamed.find(each => Math.abs(each.startedAt - startedAt) <= togetherMs);
}

function startedTogether(record: AgentRecord, unnamed: readonly Unnamed[]): Evidence | undefined {
  const found = agentOfItsAge(record, unnamed);
  return (
    found &&
    doubt(
      'session-of-birth',
      `${found.text} was started at the same time and is not recorded: it may be this agent, renamed`,
    )
  );
}

/** tmux servers of our pid namespace that were not queried although more than shells run under them: another
 * user's, or one whose socket is missing or not accessible. */
export function unqueriedServers(scene: Scene): Process[] {
  // If a query failed, it is already reported, and the set of queried servers is incomplete.
  if (!scene.sources.tmux) return [];
  const queried = new Set(scene.panes.map(({ pane }) => pane.serverPid));
  return scene.processes.filter(
    process =>
      scene.kindOf(process).kind === 'tmux server' &&
      !queried.has(process.pid) &&
      scene.originOf(process).isNamespaced !== true &&
      scene.tree.subtreeOf(process).some(child => isWork(child, process, scene)),
  );
}

function runsAgent(server: Process, scene: Scene): boolean {
  return scene.tree.subtreeOf(server).some(each => scene.kindOf(each).kind === 'agent');
}

function isWork(child: Process, server: Process, scene: Scene): boolean {
  const { kind } = scene.kindOf(child);
  return child !== server && kind !== 'shell' && kind !== 'wrapper' && !scene.own.has(child.pid);
}
