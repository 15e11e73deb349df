/** Assigns processes to owners by evidence, never by command-line text: marks, records, panes, tree, session
 * id, lineage (an earlier poll of this run), environment, cgroup. Proofs come before hints. */

import { isBelowBoundary, isBoundary } from '../evidence/boundaries.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { findHomes, type Homes } from '../evidence/homes.ts';
import { ownersByFirstSession, ownersOnLostServers } from '../evidence/lost-panes.ts';
import { type Membership, markedOwners, recordedOwners } from '../evidence/named-owners.ts';
import { ownersByPidMark } from '../evidence/owner-marks.ts';
import { agentIn } from '../evidence/pane-proofs.ts';
import { paneScopes } from '../evidence/pane-scopes.ts';
import { ownersByThread } from '../evidence/thread-owners.ts';
import { addTo } from '../model/group-by.ts';
import type { Process } from '../model/model.ts';
import { otherTerminal } from '../programs/terminal-marks.ts';
import { isAlive, type Scene } from './scene.ts';

export type Attribution = {
  readonly homes: Homes;
  /** By pid. */
  readonly memberships: ReadonlyMap<number, Membership>;
  /** By the owner's row key. */
  readonly members: ReadonlyMap<string, readonly Process[]>;
};

/** Owner by identity, from earlier polls of this run. */
export type Lineage = ReadonlyMap<string, Membership>;

/** The same for processes that still exist, by pid. */
export type Remembered = ReadonlyMap<number, Membership>;

/** Claims a process and its descendants. @param reach the process alone, or its tree too. */
type Claim = (root: Process, membership: Membership, reach?: 'tree' | 'alone') => void;

type Claims = {
  readonly scene: Scene;
  readonly memberships: ReadonlyMap<number, Membership>;
  readonly claim: Claim;
};

export function attribute(scene: Scene, remembered: Remembered): Attribution {
  const memberships = new Map<number, Membership>();
  const members = new Map<string, Process[]>();
  const homes = findHomes(scene);
  const recorded = recordedOwners(scene);
  // A process recorded as an agent's own belongs to that agent, whatever it inherited.
  const named = new Map([
    ...markedOwners(scene, homes),
    ...[...recorded].filter(([, { evidence }]) => evidence.strength === 'proof'),
  ]);
  const isFree = (process: Process, root: Process) =>
    !memberships.has(process.pid) &&
    !isBoundary(process, scene) &&
    (process === root || !scene.paneByRoot.has(process.pid));
  const claim: Claim = (root, membership, reach = 'tree') => {
    if (!isFree(root, root)) return;
    const { owner } = membership;
    // Below a member everything is a member, except processes with a mark or record of another owner.
    const enter = (process: Process) =>
      reach === 'tree' &&
      isFree(process, root) &&
      (named.get(process.pid)?.owner ?? owner) === owner;
    const below: Evidence = {
      kind: 'tree',
      strength: membership.evidence.strength,
      text: `descendant of pid ${root.pid}`,
    };
    for (const process of scene.tree.subtreeOf(root, enter)) {
      memberships.set(
        process.pid,
        process === root ? membership : { ...membership, evidence: below },
      );
      addTo(members, owner, process);
    }
  };
  const claimPanes = (strength: Evidence['strength']) => {
    for (const pane of scene.panes) {
      const owner = homes.ownerOf(pane);
      if (pane.root === undefined || owner?.evidence.strength !== strength) continue;
      claim(pane.root, owner);
    }
  };
  const claimNamed = (owners: ReadonlyMap<number, Membership>, reach?: 'alone') => {
    for (const [pid, membership] of owners) {
      const process = scene.tree.byPid.get(pid);
      if (process !== undefined) claim(process, membership, reach);
    }
  };

  const claims: Claims = { scene, memberships, claim };
  claimNamed(named);
  claimPanes('proof');
  claimNamed(ownersOnLostServers(scene));
  claimBySessionId(claims);
  claimByLineage(claims, remembered, 'proof');
  claimByPane(claims, homes);
  claimByScope(claims);
  claimNamed(ownersByPidMark(scene, memberships, homes));
  claimNamed(ownersByThread(scene, memberships));
  claimPanes('hint');
  claimNamed(ownersByFirstSession(scene, homes));
  claimBySessionId(claims);
  claimByLineage(claims, remembered, 'hint');
  claimNamed(recorded, 'alone');
  return { homes, memberships, members };
}

/** Same sid as an owned pane's leader, started after it: a double fork that kept its session. */
function claimBySessionId({ scene, memberships, claim }: Claims) {
  for (const process of scene.processes) {
    if (memberships.has(process.pid) || !scene.paneByRoot.has(process.sid)) continue;
    const leader = scene.tree.byPid.get(process.sid);
    const owner = memberships.get(process.sid);
    if (leader === undefined || owner === undefined || process.startedAt < leader.startedAt)
      continue;
    const { strength } = owner.evidence;
    const text = `same sid as pane process ${leader.pid}`;
    claim(process, { ...owner, evidence: { kind: 'process-session', strength, text } });
  }
}

/** It was recorded and no longer is. That does not prove it is gone: its session may still exist. */
export function isOffRecord({ owner, wasRecorded }: Membership, scene: Scene): boolean {
  return wasRecorded === true && !scene.recordByKey.has(owner);
}

function claimByLineage(
  { scene, memberships, claim }: Claims,
  remembered: Remembered,
  strength: Evidence['strength'],
) {
  for (const [pid, past] of remembered) {
    const process = scene.tree.byPid.get(pid);
    if (process === undefined || memberships.has(pid)) continue;
    if (past.evidence.strength !== strength || isOffRecord(past, scene)) continue;
    const { kind, text } = past.evidence;
    const isKept = kind === 'lineage' || kind === 'kill-journal';
    const evidence = isKept
      ? past.evidence
      : ({ kind: 'lineage', strength, text: `seen before: ${text}` } as const);
    claim(process, { ...past, evidence });
  }
}

/** Inherited pane marks survive setsid and double forks. */
function claimByPane({ scene, claim }: Claims, homes: Homes) {
  for (const process of scene.processes) {
    const origin = scene.originOf(process);
    if (origin.tmuxPane === undefined || !isMarkable(process, scene)) continue;
    const pane = scene.paneNamedBy(origin);
    const owner = pane === undefined ? undefined : homes.ownerOf(pane);
    const root = pane?.root;
    if (pane === undefined || owner === undefined || root === process) continue;
    // The owner is older than its leftovers and runs as the same user.
    if (root !== undefined && !isOfTheirUser(process, root, scene)) continue;
    if (root !== undefined && process.startedAt < root.startedAt) continue;
    const agent = agentIn(pane, scene) ?? root;
    if (agent !== undefined && otherTerminal(origin, scene.originOf(agent)) !== undefined) continue;
    const text = `TMUX_PANE ${pane.pane.paneId} of session ${pane.pane.sessionName}`;
    const { strength } = owner.evidence;
    claim(process, { owner: owner.owner, evidence: { kind: 'own-pane', strength, text } });
  }
}

function isOfTheirUser(process: Process, root: Process, scene: Scene): boolean {
  return scene.tree.subtreeOf(root).some(each => each.uid === process.uid);
}

/** Started in the scope of an owned pane: this also finds a daemon that emptied its environment. */
function claimByScope({ scene, memberships, claim }: Claims) {
  const scopes = paneScopes(scene.inventory, scene.kindOf);
  if (scopes.size === 0) return;
  for (const process of scene.processes) {
    const { scope } = scene.originOf(process);
    const pane = scope === undefined ? undefined : scopes.get(scope);
    const owner = pane === undefined ? undefined : memberships.get(pane.panePid);
    if (pane === undefined || owner === undefined || !isMarkable(process, scene)) continue;
    const text = `cgroup ${scope} of pane process ${pane.panePid}`;
    const { strength } = owner.evidence;
    claim(process, { ...owner, evidence: { kind: 'cgroup', strength, text } });
  }
}

/** Below a tmux server the mark is meaningless, as each pane has its own. Below a user's program or a shared
 * daemon it only identifies what started that. */
function isMarkable(process: Process, scene: Scene): boolean {
  return (
    isAlive(process) &&
    scene.kindOf(process).kind !== 'infrastructure' &&
    scene.originOf(process).isNamespaced !== true &&
    !isBelowBoundary(process, scene)
  );
}
