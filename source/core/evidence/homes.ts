/** Which session and which panes an entry has. Names are chosen by people, renamed, shared between servers,
 * projects and finished entries: a name is a hint, until something in the session is the agent's. */

import {
  hasOwnName,
  isInteractiveShell,
  type Scene,
  type ScenePane,
  type Session,
  sessionNameOf,
} from '../inventory/scene.ts';
import { groupBy } from '../model/group-by.ts';
import { describeProcess } from '../programs/process-name.ts';
import { type AgentRecord, activeFirst } from '../registry/merge.ts';
import { type Evidence, hint, proof } from './evidence.ts';
import { agentIn, type PaneProof, panesByLog, provenPanes } from './pane-proofs.ts';

export type PaneOwner = { readonly owner: string; readonly evidence: Evidence };

export type Homes = {
  ownerOf(pane: ScenePane): PaneOwner | undefined;
  /** Panes by the row key that owns them. */
  panesOf(owner: string): readonly ScenePane[];
  /** The one session of an entry. */
  homeOf(record: AgentRecord): Session | undefined;
  /** Sessions of an entry's name of which none is proven to be its. */
  rivalsOf(record: AgentRecord): readonly Session[];
  /** Key of the entry that owns it, its own key where its name is an agent's, or nothing for a person's. */
  ownerOfSession(session: Session): string | undefined;
  /** Every entry that is said to be in a session of this name. */
  recordsNaming(name: string): readonly AgentRecord[];
};

export function findHomes(scene: Scene): Homes {
  const sessions = scene.sessions.filter(session => session.leftOut === undefined);
  const byName = groupBy(sessions, session => session.name);
  const naming = groupBy(scene.records, sessionNameOf);
  const proven = provenPanes(scene);
  const needed = panesToOpen(scene, proven, byName, naming);
  if (needed.length > 0)
    for (const [pane, found] of panesByLog(needed, scene)) proven.set(pane, found);

  const sessionsByProof = new Map<AgentRecord, Set<Session>>();
  for (const session of sessions)
    for (const { record } of session.panes.flatMap(pane => proven.get(pane) ?? []))
      sessionsByProof.set(record, (sessionsByProof.get(record) ?? new Set()).add(session));
  const homes = new Map<AgentRecord, Session>();
  const rivals = new Map<AgentRecord, readonly Session[]>();
  const owners = new Map<Session, AgentRecord>();
  const hasAgent = (pane: ScenePane) => agentIn(pane, scene) !== undefined;
  for (const record of activeFirst(scene.records)) {
    const named = byName.get(sessionNameOf(record)) ?? [];
    const sure = sessionsByProof.get(record);
    // Of several with a proof the one of its name; a pane of its may have been moved to a person's.
    const candidates = sure === undefined ? named : named.filter(each => sure.has(each));
    const open = candidates.filter(session => (owners.get(session) ?? record) === record);
    const busy = open.length > 1 ? open.filter(({ panes }) => panes.some(hasAgent)) : [];
    const free = busy.length === 1 ? busy : open;
    const [home] = free;
    if (free.length > 1) rivals.set(record, free);
    else if (home !== undefined && !isAnothers(home, record, proven)) {
      homes.set(record, home);
      owners.set(home, record);
    }
  }
  const paneOwners = ownPanes(scene, homes, proven);
  for (const session of sessions) {
    // A session that has the agent's panes under another name is shown as its, though it may be a person's.
    for (const { record } of session.panes.flatMap(pane => proven.get(pane) ?? [])) {
      if (owners.has(session) || homes.has(record)) continue;
      homes.set(record, session);
      if (session.panes.every(pane => paneOwners.get(pane)?.owner === record.key))
        owners.set(session, record);
    }
  }
  claimUnrecorded(scene, sessions, owners, paneOwners);
  const isAgentName = (name: string) => scene.prefixes.some(prefix => name.startsWith(prefix));
  const byOwner = groupBy([...paneOwners], ([, { owner }]) => owner);
  return {
    ownerOf: pane => paneOwners.get(pane),
    panesOf: owner => (byOwner.get(owner) ?? []).map(([pane]) => pane),
    homeOf: record => homes.get(record) ?? sharedHome(record, owners, byName),
    rivalsOf: record => rivals.get(record) ?? [],
    ownerOfSession: session =>
      owners.get(session)?.key ?? (isAgentName(session.name) ? session.key : undefined),
    recordsNaming: name => naming.get(name) ?? [],
  };
}

/** Two entries of one kind that name one session share it; one that is finished has no part in the session
 * of an active one. */
function sharedHome(
  record: AgentRecord,
  owners: ReadonlyMap<Session, AgentRecord>,
  byName: ReadonlyMap<string, readonly Session[]>,
): Session | undefined {
  const named = byName.get(sessionNameOf(record)) ?? [];
  if (named.length !== 1) return undefined;
  const owner = owners.get(named[0] as Session);
  return owner !== undefined && owner.status === record.status ? named[0] : undefined;
}

/** All that is proven in it is another entry's. */
function isAnothers(
  session: Session,
  record: AgentRecord,
  proven: ReadonlyMap<ScenePane, PaneProof>,
): boolean {
  const known = session.panes.flatMap(pane => proven.get(pane) ?? []);
  return known.length > 0 && known.every(each => each.record !== record);
}

/** Whose logs are worth looking for: panes without a proof, where an entry has no session of its own name or
 * more than one, and sessions of an agent's name that no entry names. */
function panesToOpen(
  scene: Scene,
  proven: ReadonlyMap<ScenePane, PaneProof>,
  byName: ReadonlyMap<string, readonly Session[]>,
  naming: ReadonlyMap<string, readonly AgentRecord[]>,
): readonly ScenePane[] {
  const isOpen = (record: AgentRecord) => byName.get(sessionNameOf(record))?.length !== 1;
  const areAllHome = !scene.records.some(isOpen);
  const known = new Set(
    scene.sessions
      .filter(({ name, leftOut }) => leftOut === undefined && byName.get(name)?.length === 1)
      .filter(({ name }) => naming.get(name)?.some(record => hasOwnName(record, scene.prefixes)))
      .flatMap(({ panes }) => panes),
  );
  const isUnrecorded = (pane: ScenePane) =>
    scene.prefixes.some(prefix => pane.pane.sessionName.startsWith(prefix));
  return scene.panes.filter(
    pane =>
      pane.leftOut === undefined &&
      pane.root !== undefined &&
      !proven.has(pane) &&
      !known.has(pane) &&
      (!areAllHome || isUnrecorded(pane)),
  );
}

/** Panes of the entries: those with a proof, and those that were made in its session, wherever they are now. */
function ownPanes(
  scene: Scene,
  homes: ReadonlyMap<AgentRecord, Session>,
  proven: ReadonlyMap<ScenePane, PaneProof>,
): Map<ScenePane, PaneOwner> {
  const found = new Map<ScenePane, PaneOwner>();
  for (const [pane, { record, evidence }] of proven)
    if (!isPeoples(pane, scene)) found.set(pane, { owner: record.key, evidence });
  for (const [record, home] of homes) {
    const own = scene.panes.filter(
      pane => !proven.has(pane) && isOf(pane, home) && !isPeoples(pane, scene),
    );
    const evidence = tieOf(record, home, own, proven, scene);
    for (const pane of own) if (!found.has(pane)) found.set(pane, { owner: record.key, evidence });
  }
  return found;
}

/** In it, and not made elsewhere; or made in it, and moved since. */
function isOf({ pane, birth, leftOut }: ScenePane, home: Session): boolean {
  if (leftOut !== undefined || pane.serverPid !== home.serverPid) return false;
  if (birth !== undefined) return birth === home.id;
  return home.panes.some(each => each.pane.paneId === pane.paneId);
}

function isPeoples({ root }: ScenePane, scene: Scene): boolean {
  return root !== undefined && scene.usersProgramOf(root) !== undefined;
}

/** How strongly its name ties a session to the entry. */
function tieOf(
  record: AgentRecord,
  home: Session,
  panes: readonly ScenePane[],
  proven: ReadonlyMap<ScenePane, PaneProof>,
  scene: Scene,
): Evidence {
  const own = home.panes.flatMap(pane => proven.get(pane) ?? []);
  const first = own.find(each => each.record === record);
  if (first !== undefined) return proof('session-of-birth', `created in session ${home.name}`);
  if (!hasOwnName(record, scene.prefixes))
    return hint('claim', `the entry names session ${home.name}`);
  for (const pane of panes) {
    const agent = agentIn(pane, scene);
    if (agent !== undefined)
      return proof('session-name', `session ${home.name}, in which ${describeProcess(agent)} runs`);
  }
  // An agent may be any program: one that its session was started with.
  const started = panes.find(({ root }) => root !== undefined && !isInteractiveShell(root, scene));
  if (record.status === 'active' && started?.root !== undefined)
    return proof(
      'session-name',
      `session ${home.name} was started with ${describeProcess(started.root)}`,
    );
  return hint('session-name', `session ${home.name} has the agent’s name`);
}

/** Sessions with an agent's name and no entry own what was made in them. */
function claimUnrecorded(
  scene: Scene,
  sessions: readonly Session[],
  owners: ReadonlyMap<Session, AgentRecord>,
  found: Map<ScenePane, PaneOwner>,
): void {
  for (const session of sessions) {
    if (owners.has(session)) continue;
    if (!scene.prefixes.some(prefix => session.name.startsWith(prefix))) continue;
    const evidence = hint('session-name', `session ${session.name} has an agent’s name`);
    for (const pane of session.panes)
      if (!found.has(pane) && isOf(pane, session) && !isPeoples(pane, scene))
        found.set(pane, { owner: session.key, evidence });
  }
}
