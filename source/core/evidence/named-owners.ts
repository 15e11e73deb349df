/** Processes that a deploy mark or a recorded identity assigns to an agent. Both can be copied or forged, so
 * each counts only with further evidence. */

import type { Scene } from '../inventory/scene.ts';
import type { Process, ProcessRef } from '../model/model.ts';
import { formatKey, processKey } from '../model/row-keys.ts';
import { otherTerminal } from '../programs/terminal-marks.ts';
import { type AgentRecord, activeFirst } from '../registry/merge.ts';
import { type Evidence, hint, proof } from './evidence.ts';
import type { Homes } from './homes.ts';
import { leakOf } from './leaks.ts';
import { recordsByLog, writerAmong } from './own-files.ts';
import { agentIn, idOfMark, isAnotherActive, recordsById } from './pane-proofs.ts';
import { createWorkPlaces } from './work-places.ts';

/** @property owner row key of the owner.
 * @property agentId of the owner, if that is an agent without an entry. */
export type Membership = {
  readonly owner: string;
  readonly agentId?: string;
  readonly evidence: Evidence;
  /** An earlier poll of this run found it recorded. */
  readonly wasRecorded?: boolean;
};

/** By the mark that deploy sets.
 * @returns by pid; parents and children alike. */
export function markedOwners(scene: Scene, homes: Homes): Map<number, Membership> {
  const named = new Map<number, Membership>();
  const byId = recordsById(scene.records);
  for (const process of scene.processes) {
    const id = idOfMark(scene.originOf(process).agentMark);
    if (id === undefined || scene.kindOf(process).kind === 'infrastructure') continue;
    if (leakOf('VIGIL_AGENT', process, scene, homes.isUsersPane) !== undefined) continue;
    const record = byId.get(id);
    if (record !== undefined && !isOfTheirUser(process, record, homes, scene)) continue;
    const roots =
      record === undefined ? [] : homes.panesOf(record.key).flatMap(({ root }) => root ?? []);
    const isElsewhere = (root: Process) =>
      otherTerminal(scene.originOf(process), scene.originOf(root)) !== undefined;
    if (roots.length > 0 && !scene.paneByRoot.has(process.pid) && roots.every(isElsewhere))
      continue;
    const isIts = record !== undefined && !isOfNamesake(process, record, homes, scene);
    // The pane's owner decides about another workspace's agent and its children.
    if (!isIts && scene.paneByRoot.has(process.pid)) continue;
    const evidence = proof('exact-mark', `VIGIL_AGENT names ${id}`);
    const other = record === undefined ? id : (scene.originOf(process).agentMark ?? id);
    const owner = isIts
      ? record.key
      : (ownerByPane(process, homes, scene) ?? formatKey({ kind: 'agent', id: other }));
    named.set(process.pid, { owner, agentId: id, evidence });
  }
  return named;
}

/** An id is reused by the next deploy and in copies of a workspace; the whole mark belongs to one deploy. If
 * the agent's own panes carry marks, only those count. */
function isOfNamesake(process: Process, record: AgentRecord, homes: Homes, scene: Scene): boolean {
  const { agentMark } = scene.originOf(process);
  const marks = homes
    .panesOf(record.key)
    .flatMap(({ root }) => (root && scene.originOf(root).agentMark) ?? [])
    .filter(mark => idOfMark(mark) === record.entry.id);
  if (marks.length > 0) return !marks.some(mark => mark === agentMark);
  const others = scene.panes
    .flatMap(({ root }) => (root && scene.originOf(root).agentMark) ?? [])
    .filter(mark => idOfMark(mark) === record.entry.id);
  return new Set(others).size > 1;
}

/** The row of the agent with the same mark that none of our registries records: its session, or the process
 * itself. */
function ownerByPane(process: Process, homes: Homes, scene: Scene): string | undefined {
  const { agentMark } = scene.originOf(process);
  const pane = scene.panes.find(
    ({ root }) => root !== undefined && scene.originOf(root).agentMark === agentMark,
  );
  if (pane === undefined) return undefined;
  const agent = agentIn(pane, scene);
  return homes.ownerOf(pane)?.owner ?? (agent && processKey(agent));
}

/** By `tracked_processes` of the entries: full identities of this boot. Proof if the process shows a sign of
 * an agent; otherwise a claim for that process alone, and none for a process on a terminal. */
export function recordedOwners(scene: Scene): Map<number, Membership> {
  const named = new Map<number, Membership>();
  const places = createWorkPlaces(scene);
  for (const record of activeFirst(scene.records)) {
    for (const tracked of record.entry.tracked) {
      const isOfThisBoot = tracked.bootId === scene.machine.bootId;
      const process = isOfThisBoot ? claimable(tracked, scene) : undefined;
      if (process === undefined || named.has(process.pid)) continue;
      if (places.isAnothersProcess(record, process)) continue;
      const text = 'recorded in tracked_processes';
      if (isTrackedByUs(process, record, scene) || hasSign(process, record, scene))
        named.set(process.pid, { owner: record.key, evidence: proof('recorded-identity', text) });
      else if (process.tty === 0) {
        const evidence = hint('claim', `${text}, but nothing on it confirms an agent`);
        named.set(process.pid, { owner: record.key, evidence });
      }
    }
  }
  return named;
}

/** Recorded by vigil, which had a proof then: agents write the registry, but not vigil's state directory. */
function isTrackedByUs({ pid, start }: Process, record: AgentRecord, scene: Scene): boolean {
  return (scene.inventory.tracked ?? []).some(
    each =>
      each.pid === pid &&
      each.start === start &&
      each.agentId === record.entry.id &&
      each.workspace === record.registries[0]?.workspace,
  );
}

/** An agent program, a carrier of the agent's mark, a recorded descendant of either, or a writer of the
 * entry's log. Children of another agent, and members of an active agent's session, belong to that agent. */
function hasSign(process: Process, record: AgentRecord, scene: Scene): boolean {
  const line = [process, ...scene.tree.ancestorsOf(process)];
  const pane = line.map(each => scene.paneByRoot.get(each.pid)).find(Boolean);
  if (pane !== undefined && isAnotherActive(pane, record, scene)) return false;
  const isMarked = (each: Process) => idOfMark(scene.originOf(each).agentMark) === record.entry.id;
  const isRecorded = (each: Process) =>
    record.entry.tracked.some(({ pid, start }) => pid === each.pid && start === each.start);
  const isSigned = (each: Process) =>
    isMarked(each) || (scene.kindOf(each).kind === 'agent' && isRecorded(each));
  if (line.some(isSigned)) return true;
  if (line.some(each => scene.kindOf(each).kind === 'agent')) return false;
  scene.probe([process]);
  return writerAmong([process], recordsByLog([record]), scene) !== undefined;
}

/** Any process can copy a mark: it counts only for the user who runs the agent's own panes or, without any,
 * for the registry's owner, or if the whole of it is that of the agent's own process, which no other user can
 * read. Only root can read other users' marks. */
function isOfTheirUser(process: Process, record: AgentRecord, homes: Homes, scene: Scene): boolean {
  const roots = (homes.homeOf(record)?.panes ?? []).flatMap(({ root }) => root ?? []);
  const { agentMark } = scene.originOf(process);
  if (roots.some(root => scene.originOf(root).agentMark === agentMark)) return true;
  if (roots.length > 0)
    return roots.some(root => scene.tree.subtreeOf(root).some(each => each.uid === process.uid));
  const owner = record.registries[0]?.ownerUid;
  return owner === undefined || owner === process.uid;
}

/** Agents write the registry: it must not claim all processes by naming a common ancestor, nor a user's
 * editor. */
function claimable(tracked: ProcessRef, scene: Scene): Process | undefined {
  const process = scene.tree.byPid.get(tracked.pid);
  if (process?.start !== tracked.start || process.pid === 1) return undefined;
  const { kind } = scene.kindOf(process);
  if (kind === 'infrastructure' || kind === 'tmux server' || kind === 'host') return undefined;
  if (scene.usersProgramOf(process) !== undefined) return undefined;
  const self = scene.tree.byPid.get(scene.machine.pid);
  const isAbove = self !== undefined && scene.tree.ancestorsOf(self).includes(process);
  return isAbove ? undefined : process;
}
