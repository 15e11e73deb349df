/** Marks whose value names the agent: by its pid, or by the conversation it is in. */

import { isAlive, type Scene } from '../inventory/scene.ts';
import { addTo } from '../model/group-by.ts';
import type { Process } from '../model/model.ts';
import { processKey } from '../model/row-keys.ts';
import { describeProcess } from '../programs/process-name.ts';
import {
  conversationMarks,
  ownerPidMarks,
  startedByAgentMarks,
} from '../programs/program-marks.ts';
import { isBelowBoundary, isBoundary } from './boundaries.ts';
import { proof } from './evidence.ts';
import type { Homes } from './homes.ts';
import { leakOfProgramMark } from './leaks.ts';
import type { Membership } from './named-owners.ts';
import { treeOf } from './pane-proofs.ts';

export type NamedOwner =
  | {
      readonly kind: 'alive';
      readonly mark: string;
      readonly agent: Process;
      /** The mark names nobody; the agent is that of its pane. */
      readonly isByPane?: boolean;
    }
  /** Nobody, or somebody younger, has the pid. */
  | { readonly kind: 'gone'; readonly mark: string; readonly pid: number }
  /** An older process has the pid, and is no agent that is known: only gone or younger means dead. */
  | { readonly kind: 'unclear'; readonly mark: string; readonly pid: number };

/** What the marks of a process say about its agent; nothing where none names one. It may carry marks of several,
 * an inner and an outer one: while any of them is alive it is not left over. */
export function namedOwner(process: Process, scene: Scene): NamedOwner | undefined {
  const { programMarks } = scene.originOf(process);
  if (programMarks === undefined) return undefined;
  const byPid = ownerPidMarks.flatMap(mark => ownerByPid(mark, process, scene) ?? []);
  const alive = byPid.find(({ kind }) => kind === 'alive');
  if (alive !== undefined) return alive;
  for (const mark of conversationMarks) {
    const value = programMarks.get(mark);
    const agent = value === undefined ? undefined : bearerOf(mark, value, process, scene);
    if (agent !== undefined) return { kind: 'alive', mark, agent };
  }
  return byPid.find(({ kind }) => kind === 'unclear') ?? byPid[0] ?? ownerInPane(process, scene);
}

function ownerByPid(
  mark: (typeof ownerPidMarks)[number],
  process: Process,
  scene: Scene,
): NamedOwner | undefined {
  const value = scene.originOf(process).programMarks?.get(mark);
  if (value === undefined || !/^[1-9]\d{0,9}$/.test(value)) return undefined;
  const pid = Number(value);
  const agent = scene.tree.byPid.get(pid);
  if (agent === undefined || !isAlive(agent) || agent.startedAt > process.startedAt)
    // Where other users' processes are hidden from us, so may this one be.
    return { kind: scene.tree.byPid.has(1) ? 'gone' : 'unclear', mark, pid };
  const { kind } = scene.kindOf(agent);
  const isIts = (kind === 'agent' || kind === 'host') && agent.uid === process.uid;
  return isIts && agent !== process
    ? { kind: 'alive', mark, agent }
    : { kind: 'unclear', mark, pid };
}

/** A mark that names nobody, in the pane of an agent that is older: it is that one's. */
function ownerInPane(process: Process, scene: Scene): NamedOwner | undefined {
  const { programMarks } = scene.originOf(process);
  const mark = startedByAgentMarks.find(name => programMarks?.has(name));
  if (mark === undefined || scene.kindOf(process).kind === 'agent') return undefined;
  if (isBoundary(process, scene) || isBelowBoundary(process, scene)) return undefined;
  const agent = olderAgentOfPane(process, scene);
  return agent && { kind: 'alive', mark, agent, isByPane: true };
}

/** An agent that was there before, in the pane that an environment names or started from it, wherever it is now. */
export function olderAgentOfPane(process: Process, scene: Scene): Process | undefined {
  const { tmux, tmuxPane } = scene.originOf(process);
  if (tmux === undefined || tmuxPane === undefined) return undefined;
  const isOlder = (each: Process) =>
    each !== process &&
    each.uid === process.uid &&
    each.startedAt <= process.startedAt &&
    isAlive(each) &&
    scene.kindOf(each).kind === 'agent';
  const pane = scene.paneNamedBy({ tmux, tmuxPane });
  const inPane = pane && treeOf(pane, scene).find(isOlder);
  return (
    inPane ??
    agentsOf(scene).find(each => {
      if (!isOlder(each)) return false;
      const its = scene.originOf(each);
      return its.tmuxPane === tmuxPane && its.tmux?.serverPid === tmux.serverPid;
    })
  );
}

/** Living agent programs; once a scene. */
function agentsOf(scene: Scene): readonly Process[] {
  const known = agents.get(scene);
  if (known !== undefined) return known;
  const found = scene.processes.filter(
    each => scene.kindOf(each).kind === 'agent' && isAlive(each),
  );
  agents.set(scene, found);
  return found;
}

const agents = new WeakMap<Scene, readonly Process[]>();

/** The agent or host that has a living child in the same conversation. */
function bearerOf(
  mark: string,
  value: string,
  process: Process,
  scene: Scene,
): Process | undefined {
  for (const other of bearersIn(scene).get(`${mark}=${value}`) ?? []) {
    if (other === process) continue;
    const above = [other, ...scene.tree.ancestorsOf(other)];
    const agent = above.find(each => ['agent', 'host'].includes(scene.kindOf(each).kind));
    if (agent === undefined || agent === process || !isAlive(agent)) continue;
    if (agent.startedAt <= process.startedAt) return agent;
  }
  return undefined;
}

/** Processes by the conversation that their marks name; once a scene. */
function bearersIn(scene: Scene): ReadonlyMap<string, readonly Process[]> {
  const before = bearers.get(scene);
  if (before !== undefined) return before;
  const found = new Map<string, Process[]>();
  for (const process of scene.processes)
    for (const mark of conversationMarks) {
      const value = scene.originOf(process).programMarks?.get(mark);
      if (value === undefined) continue;
      addTo(found, `${mark}=${value}`, process);
    }
  bearers.set(scene, found);
  return found;
}

const bearers = new WeakMap<Scene, ReadonlyMap<string, readonly Process[]>>();

/** Daemonised children of agents that are alive, by their exact marks. An agent without an entry owns
 * its own under the key of its row. */
export function ownersByPidMark(
  scene: Scene,
  memberships: ReadonlyMap<number, Membership>,
  homes: Homes,
): Map<number, Membership> {
  const named = new Map<number, Membership>();
  for (const process of scene.processes) {
    if (memberships.has(process.pid) || scene.originOf(process).isNamespaced === true) continue;
    const owner = namedOwner(process, scene);
    if (owner?.kind !== 'alive' || scene.kindOf(owner.agent).kind === 'host') continue;
    const isPersons = (pane: Parameters<Homes['ownerOf']>[0]) => homes.ownerOf(pane) === undefined;
    if (leakOfProgramMark(owner.mark, process, scene, isPersons) !== undefined) continue;
    if (scene.tree.ancestorsOf(process).includes(owner.agent)) continue;
    const known = memberships.get(owner.agent.pid);
    const agent = describeProcess(owner.agent);
    const evidence = owner.isByPane
      ? proof('own-pane', `${owner.mark}, and TMUX_PANE of the pane that ${agent} was started in`)
      : proof('exact-mark', `${owner.mark} names ${agent}`);
    named.set(process.pid, {
      ...known,
      owner: known?.owner ?? processKey(topmostAgent(owner.agent, scene)),
      evidence,
    });
  }
  return named;
}

/** An agent may run below its own launcher: the row is the topmost one's. */
function topmostAgent(agent: Process, scene: Scene): Process {
  const above = scene.tree.ancestorsOf(agent).filter(each => scene.kindOf(each).kind === 'agent');
  return above.at(-1) ?? agent;
}
