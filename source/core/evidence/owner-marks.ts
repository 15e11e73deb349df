/** Marks whose value identifies the agent: by its pid, or by its conversation id. */

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
import { otherTerminal } from '../programs/terminal-marks.ts';
import { isBelowBoundary, isBoundary } from './boundaries.ts';
import { proof } from './evidence.ts';
import type { Homes } from './homes.ts';
import { leakOf } from './leaks.ts';
import type { Membership } from './named-owners.ts';
import { treeOf } from './pane-proofs.ts';

export type NamedOwner =
  | {
      readonly kind: 'alive';
      readonly mark: string;
      readonly agent: Process;
      /** The mark names no agent; the agent is the one in its pane. */
      readonly isByPane?: boolean;
    }
  /** The pid is free, or reused by a younger process. */
  | { readonly kind: 'gone'; readonly mark: string; readonly pid: number }
  /** An older process that is no known agent has the pid: only a free or younger pid proves the agent dead. */
  | { readonly kind: 'unclear'; readonly mark: string; readonly pid: number };

/** The agent that a process's marks name; undefined if none does. A process may carry marks of an inner and
 * an outer agent: while either is alive it is no leftover. */
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
    // If other users' processes are hidden (hidepid), this one may be too.
    return { kind: scene.tree.byPid.has(1) ? 'gone' : 'unclear', mark, pid };
  const { kind } = scene.kindOf(agent);
  const isIts = (kind === 'agent' || kind === 'host') && agent.uid === process.uid;
  return isIts && agent !== process
    ? { kind: 'alive', mark, agent }
    : { kind: 'unclear', mark, pid };
}

/** A mark without a name, in a pane with an older agent: that agent owns it. */
function ownerInPane(process: Process, scene: Scene): NamedOwner | undefined {
  const { programMarks } = scene.originOf(process);
  const mark = startedByAgentMarks.find(name => programMarks?.has(name));
  if (mark === undefined || scene.kindOf(process).kind === 'agent') return undefined;
  if (isBoundary(process, scene) || isBelowBoundary(process, scene)) return undefined;
  const agent = olderAgentOfPane(process, scene);
  return agent && { kind: 'alive', mark, agent, isByPane: true };
}

/** An agent that is older, in the pane that an environment names or started from it, wherever it is now. */
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

/** Living agent programs; cached per scene. */
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

/** Processes by the conversation that their marks name; cached per scene. */
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

/** Daemonised children of living agents, by their exact marks. An agent without an entry owns them under its
 * row key. */
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
    if (leakOf(owner.mark, process, scene, homes.isUsersPane) !== undefined) continue;
    if (scene.tree.ancestorsOf(process).includes(owner.agent)) continue;
    const [its, agents] = [scene.originOf(process), scene.originOf(owner.agent)];
    if (otherTerminal(its, agents) !== undefined) continue;
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
