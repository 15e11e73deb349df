/** Which process belongs to whom, by evidence and never by command-line text:
 * tree, session id, recorded identity, lineage (an earlier look of this run), environment, cgroup. */
import { identityOf, type Pane, type Process } from '../model.ts';
import type { AgentRecord } from '../registry/merge.ts';
import {
  activeFirst,
  isMarkable,
  isOfTheirUser,
  type Membership,
  namedOwners,
} from './named-owners.ts';
import { paneScopes } from './pane-scopes.ts';
import { type Scene, type Session, sessionNameOf } from './scene.ts';

export type Attribution = {
  /** By pid. */
  readonly memberships: ReadonlyMap<number, Membership>;
  /** By owner's row key. */
  readonly members: ReadonlyMap<string, readonly Process[]>;
  /** The row key that owns a session; none for a person's session. */
  ownerOfSession(session: Session): string | undefined;
  /** The sessions of one record: more than one where two servers have the name. */
  sessionsOf(record: AgentRecord): readonly Session[];
  /** Every record that is said to be in a session of this name. */
  recordsNaming(name: string): readonly AgentRecord[];
  paneOf(process: Process): { readonly pane: Pane; readonly session: Session } | undefined;
};

/** Owner by identity, from earlier looks of this run. */
export type Lineage = ReadonlyMap<string, Membership>;

export function attribute(scene: Scene, lineage: Lineage): Attribution {
  const memberships = new Map<number, Membership>();
  const members = new Map<string, Process[]>();
  const panePids = new Map<number, Pane>();
  const byName = new Map<string, Session[]>();
  for (const session of scene.sessions) {
    byName.set(session.name, [...(byName.get(session.name) ?? []), session]);
    for (const pane of session.panes) if (!pane.dead) panePids.set(pane.panePid, pane);
  }
  const owners = sessionOwners(scene, byName);
  const named = namedOwners(scene, byName);
  const naming = new Map<string, AgentRecord[]>();
  for (const record of scene.records) {
    const known = naming.get(sessionNameOf(record));
    if (known === undefined) naming.set(sessionNameOf(record), [record]);
    else known.push(record);
  }

  const isProtected = (process: Process) =>
    scene.own.has(process.pid) || scene.kindOf(process).kind === 'tmux server';
  const claim = (root: Process, owner: string, reason: string, below: string) => {
    const isFree = (process: Process) =>
      !memberships.has(process.pid) &&
      !isProtected(process) &&
      (process === root || !panePids.has(process.pid));
    if (!isFree(root)) return;
    // Below a member everything is a member, but for what says itself that it is somebody else's.
    const isBelow = (process: Process) =>
      isFree(process) && (named.get(process.pid)?.owner ?? owner) === owner;
    for (const process of scene.tree.subtreeOf(root, isBelow)) {
      memberships.set(process.pid, { owner, reason: process === root ? reason : below });
      const list = members.get(owner);
      if (list === undefined) members.set(owner, [process]);
      else list.push(process);
    }
  };

  for (const [pid, { owner, reason }] of named) {
    const process = scene.tree.byPid.get(pid);
    if (process !== undefined) claim(process, owner, reason, `descendant of pid ${pid}`);
  }
  // A window that two sessions share belongs to the recorded one.
  const isRecorded = (session: Session) => owners.get(session) !== session.key;
  const inOrder = [...scene.sessions].sort((a, b) => Number(isRecorded(b)) - Number(isRecorded(a)));
  for (const session of inOrder) {
    const owner = owners.get(session);
    if (owner === undefined) continue;
    for (const pane of session.panes) {
      const root = pane.dead ? undefined : scene.tree.byPid.get(pane.panePid);
      if (root === undefined) continue;
      const reason = `pane process of session ${session.name}`;
      claim(root, owner, reason, `descendant of pane process ${root.pid}`);
    }
  }
  claimBySessionId(scene, memberships, panePids, claim);
  for (const process of scene.processes) {
    const past = memberships.has(process.pid) ? undefined : lineage.get(identityOf(process));
    if (past !== undefined)
      claim(process, past.owner, `seen before: ${past.reason}`, `descendant of pid ${process.pid}`);
  }
  claimByEnvironment(scene, owners, claim);
  claimByScope(scene, memberships, claim);

  return {
    memberships,
    members,
    ownerOfSession: session => owners.get(session),
    recordsNaming: name => naming.get(name) ?? [],
    sessionsOf: record => byName.get(sessionNameOf(record)) ?? [],
    paneOf: process => paneByEnvironment(scene, process),
  };
}

type Claim = (root: Process, owner: string, reason: string, below: string) => void;

/** A session belongs to the entry that names it (an active one first), else to itself when its
 * name has an agent prefix, else to a person. */
function sessionOwners(scene: Scene, byName: ReadonlyMap<string, Session[]>) {
  const owners = new Map<Session, string>();
  for (const record of activeFirst(scene.records))
    for (const session of byName.get(sessionNameOf(record)) ?? [])
      if (!owners.has(session)) owners.set(session, record.key);
  for (const session of scene.sessions)
    if (!owners.has(session) && scene.prefixes.some(prefix => session.name.startsWith(prefix)))
      owners.set(session, session.key);
  return owners;
}

/** Same sid as an owned pane's leader, started after it: a double fork that kept its session. */
function claimBySessionId(
  scene: Scene,
  memberships: ReadonlyMap<number, Membership>,
  panePids: ReadonlyMap<number, Pane>,
  claim: Claim,
) {
  for (const process of scene.processes) {
    if (memberships.has(process.pid) || !panePids.has(process.sid)) continue;
    const leader = scene.tree.byPid.get(process.sid);
    const owner = memberships.get(process.sid)?.owner;
    if (leader === undefined || owner === undefined || process.startedAt < leader.startedAt)
      continue;
    claim(
      process,
      owner,
      `same sid as pane process ${leader.pid}`,
      `descendant of pid ${process.pid}`,
    );
  }
}

/** Inherited pane marks survive setsid and double forks. */
function claimByEnvironment(scene: Scene, owners: ReadonlyMap<Session, string>, claim: Claim) {
  for (const process of scene.processes) {
    if (!scene.inventory.origins.has(process.pid) || !isMarkable(process, scene)) continue;
    const found = paneByEnvironment(scene, process);
    const owner = found === undefined ? undefined : owners.get(found.session);
    if (found === undefined || owner === undefined) continue;
    if (!isOfTheirUser(process, [found.session], scene)) continue;
    const reason = `TMUX_PANE ${found.pane.paneId} of session ${found.session.name}`;
    claim(process, owner, reason, `descendant of pid ${process.pid}`);
  }
}

/** Born in the scope of an owned pane: also a daemon that has emptied its environment. */
function claimByScope(scene: Scene, memberships: ReadonlyMap<number, Membership>, claim: Claim) {
  const scopes = paneScopes(scene.inventory, scene.kindOf);
  if (scopes.size === 0) return;
  for (const process of scene.processes) {
    const { scope } = scene.originOf(process);
    const pane = scope === undefined ? undefined : scopes.get(scope);
    const owner = pane === undefined ? undefined : memberships.get(pane.panePid)?.owner;
    if (pane === undefined || owner === undefined || !isMarkable(process, scene)) continue;
    const reason = `cgroup ${scope} of pane process ${pane.panePid}`;
    claim(process, owner, reason, `descendant of pid ${process.pid}`);
  }
}

function paneByEnvironment(scene: Scene, process: Process) {
  const { tmux, tmuxPane } = scene.originOf(process);
  if (tmux === undefined || tmuxPane === undefined) return undefined;
  for (const session of scene.sessions)
    for (const pane of session.panes)
      if (pane.paneId === tmuxPane && pane.serverPid === tmux.serverPid) return { pane, session };
  return undefined;
}
