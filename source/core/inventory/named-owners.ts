/** Processes that say themselves whose they are, by a record or by a mark, and when that counts. */
import type { Process, ProcessRef } from '../model.ts';
import type { AgentRecord } from '../registry/merge.ts';
import { type Scene, type Session, sessionNameOf } from './scene.ts';

/** Why a process is the agent's whose registry entry has its identity. */
export const recordedReason = 'recorded in tracked_processes';

export type Membership = { readonly owner: string; readonly reason: string };

type SessionsByName = ReadonlyMap<string, readonly Session[]>;

/** Who says itself whose it is: `tracked_processes` of the registry (full identities of this boot),
 * and the mark that deploy sets. Below a tmux server a mark says nothing: an agent that starts a
 * server leaks its environment into every pane of it. */
export function namedOwners(scene: Scene, byName: SessionsByName): Map<number, Membership> {
  const named = new Map<number, Membership>();
  const byId = new Map(scene.records.map(record => [record.entry.id, record]));
  const terminals = agentTerminals(scene);
  for (const record of activeFirst(scene.records)) {
    const recorded = new Set(
      record.entry.tracked
        .filter(each => each.bootId === scene.machine.bootId)
        .flatMap(each => ownable(each, scene) ?? []),
    );
    const panes = panePidsOf(byName.get(sessionNameOf(record)) ?? []);
    for (const process of recorded)
      if (!named.has(process.pid) && isOnTerminalOf(process, recorded, panes, terminals, scene))
        named.set(process.pid, { owner: record.key, reason: recordedReason });
  }
  for (const process of scene.processes) {
    const mark = scene.originOf(process).agentMark;
    if (mark === undefined || named.has(process.pid) || !isMarkable(process, scene)) continue;
    // `<agent id>:<uuid>`, and an id may hold a colon itself.
    const id = mark.includes(':') ? mark.slice(0, mark.lastIndexOf(':')) : mark;
    if (id === '') continue;
    const record = byId.get(id);
    const sessions = record === undefined ? [] : (byName.get(sessionNameOf(record)) ?? []);
    if (record !== undefined && !isOfTheirUser(process, sessions, scene, record)) continue;
    const owner = record?.key ?? `agent:${id}`;
    named.set(process.pid, { owner, reason: `VIGIL_AGENT names ${id}` });
  }
  return named;
}

/** Whatever two entries claim goes to the same one of them, by whichever evidence. */
export function activeFirst(records: readonly AgentRecord[]): AgentRecord[] {
  return [
    ...records.filter(record => record.status === 'active'),
    ...records.filter(record => record.status !== 'active'),
  ];
}

export function isMarkable(process: Process, scene: Scene): boolean {
  return scene.kindOf(process).kind !== 'infrastructure' && !isUnderTmux(process, scene);
}

/** A mark can be copied by anybody: it counts for who runs as somebody in the agent's own panes does,
 * or, where there is none, as the registry's owner. Only root gets to see others' marks at all. */
export function isOfTheirUser(
  process: Process,
  sessions: readonly Session[],
  scene: Scene,
  record?: AgentRecord,
): boolean {
  const roots = [...panePidsOf(sessions)].flatMap(pid => scene.tree.byPid.get(pid) ?? []);
  if (roots.length > 0)
    return roots.some(root => scene.tree.subtreeOf(root).some(each => each.uid === process.uid));
  const owner = record?.registries[0]?.ownerUid;
  return owner === undefined || owner === process.uid;
}

/** A registry is written by agents: it must not make everybody's processes theirs by naming who
 * started them all. */
function ownable(tracked: ProcessRef, scene: Scene): Process | undefined {
  const process = scene.tree.byPid.get(tracked.pid);
  if (process?.start !== tracked.start || scene.orphanParents.has(process.pid)) return undefined;
  const { kind } = scene.kindOf(process);
  if (kind === 'infrastructure' || kind === 'tmux server') return undefined;
  const self = scene.tree.byPid.get(scene.machine.pid);
  const isAbove = self !== undefined && scene.tree.ancestorsOf(self).includes(process);
  return isAbove ? undefined : process;
}

/** Nor a person's editor: who sits on a terminal that something else started is not the agent's, but
 * in a pane of its session, or where an agent runs (in a session that was renamed). */
function isOnTerminalOf(
  process: Process,
  recorded: ReadonlySet<Process>,
  panes: ReadonlySet<number>,
  terminals: ReadonlySet<number>,
  scene: Scene,
): boolean {
  if (process.tty === 0 || panes.has(process.sid) || terminals.has(process.tty)) return true;
  const starter = scene.tree.byPid.get(scene.tree.byPid.get(process.sid)?.ppid ?? 0);
  if (starter === undefined || scene.orphanParents.has(starter.pid)) return true;
  return recorded.has(starter);
}

function agentTerminals(scene: Scene): Set<number> {
  const agents = scene.processes.filter(process => scene.kindOf(process).kind === 'agent');
  return new Set(agents.map(process => process.tty));
}

function panePidsOf(sessions: readonly Session[]): Set<number> {
  const panes = sessions.flatMap(session => session.panes.filter(pane => !pane.dead));
  return new Set(panes.map(pane => pane.panePid));
}

function isUnderTmux(process: Process, scene: Scene): boolean {
  return scene.tree
    .ancestorsOf(process)
    .some(parent => scene.kindOf(parent).kind === 'tmux server');
}
