/** The session and panes of each entry. Session names are chosen by users, renamed, and shared between
 * servers, projects and finished entries: a name is a hint until something in the session is proven to be the
 * agent's. */

import {
  hasOwnName,
  isInteractiveShell,
  recordsBySession,
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
import { createTakenName } from './taken-name.ts';
import { createWorkPlaces, type WorkPlaces } from './work-places.ts';

export type PaneOwner = { readonly owner: string; readonly evidence: Evidence };

export type Homes = {
  ownerOf(pane: ScenePane): PaneOwner | undefined;
  /** Whether a pane belongs to no agent. */
  isUsersPane(pane: ScenePane): boolean;
  /** Panes by the row key of their owner. */
  panesOf(owner: string): readonly ScenePane[];
  /** The session of an entry; at most one. */
  homeOf(record: AgentRecord): Session | undefined;
  /** Sessions with the entry's session name, none of which is proven to belong to it. */
  rivalsOf(record: AgentRecord): readonly Session[];
  /** Key of the entry that owns it; its own key if its name is an agent's; undefined for a user's session. */
  ownerOfSession(session: Session): string | undefined;
  /** All entries that name this session. */
  recordsNaming(name: string): readonly AgentRecord[];
};

export function findHomes(scene: Scene): Homes {
  const sessions = scene.sessions.filter(session => session.leftOut === undefined);
  const byName = groupBy(sessions, session => session.name);
  const naming = recordsBySession(scene.records);
  const places = createWorkPlaces(scene, naming);
  // What a registry says is copied with it.
  const proven = new Map(
    [...provenPanes(scene)].filter(([pane, { record }]) => !places.isAnothers(record, [pane])),
  );
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
  const isTaken = createTakenName(scene, hasAgent, naming, places);
  for (const record of activeFirst(scene.records)) {
    const all = byName.get(sessionNameOf(record)) ?? [];
    const near = all.length > 1 ? all.filter(each => places.isIn(record, each)) : [];
    const named = near.length > 0 ? near : all;
    const sure = sessionsByProof.get(record);
    // Among several proven sessions, prefer the one with the entry's name: a pane of the agent may have been
    // moved to a user's session.
    const candidates = sure === undefined ? named : named.filter(each => sure.has(each));
    const open = candidates.filter(session => (owners.get(session) ?? record) === record);
    const busy = open.length > 1 ? open.filter(({ panes }) => panes.some(hasAgent)) : [];
    const free = (busy.length === 1 ? busy : open).filter(
      each => sure?.has(each) || !isTaken(record, each),
    );
    const [home] = free;
    if (free.length > 1) rivals.set(record, free);
    else if (home !== undefined && !isOwnedByAnother(home, record, proven)) {
      homes.set(record, home);
      owners.set(home, record);
    }
  }
  const paneOwners = ownPanes(scene, homes, proven);
  for (const session of sessions) {
    // A session that holds the agent's panes under another name is shown as the agent's, even if it may be a
    // user's.
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
    isUsersPane: pane => !paneOwners.has(pane),
    panesOf: owner => (byOwner.get(owner) ?? []).map(([pane]) => pane),
    homeOf: record =>
      homes.get(record) ?? sharedHome(record, owners, byName.get(sessionNameOf(record)), places),
    rivalsOf: record => rivals.get(record) ?? [],
    ownerOfSession: session =>
      owners.get(session)?.key ?? (isAgentName(session.name) ? session.key : undefined),
    recordsNaming: name => naming.get(name) ?? [],
  };
}

/** Two entries of the same status that name one session share it; a finished entry has no part in an active
 * entry's session. */
function sharedHome(
  record: AgentRecord,
  owners: ReadonlyMap<Session, AgentRecord>,
  named: readonly Session[] = [],
  places: WorkPlaces,
): Session | undefined {
  const [home, ...more] = named;
  if (home === undefined || more.length > 0) return undefined;
  const isShared = owners.get(home)?.status === record.status;
  return isShared && !places.isAnothers(record, home.panes) ? home : undefined;
}

/** Everything proven in it belongs to another entry. */
function isOwnedByAnother(
  session: Session,
  record: AgentRecord,
  proven: ReadonlyMap<ScenePane, PaneProof>,
): boolean {
  const known = session.panes.flatMap(pane => proven.get(pane) ?? []);
  return known.length > 0 && known.every(each => each.record !== record);
}

/** Panes whose open log files are worth reading: unproven panes, if an entry has no session of its name, several, or
 * (an active one) only one in which no agent program runs, and sessions with an agent's name that no entry names. */
function panesToOpen(
  scene: Scene,
  proven: ReadonlyMap<ScenePane, PaneProof>,
  byName: ReadonlyMap<string, readonly Session[]>,
  naming: ReadonlyMap<string, readonly AgentRecord[]>,
): readonly ScenePane[] {
  const isOpen = (record: AgentRecord) => {
    const named = byName.get(sessionNameOf(record)) ?? [];
    return named.length !== 1 || (record.status === 'active' && named.every(hasNoAgent));
  };
  // Its session may have been renamed, and another one may have got the name since.
  const hasNoAgent = ({ panes }: Session) =>
    panes.every(pane => !proven.has(pane) && agentIn(pane, scene) === undefined);
  const areAllHome = !scene.records.some(isOpen);
  const known = new Set(
    scene.sessions
      .filter(({ name, leftOut }) => leftOut === undefined && byName.get(name)?.length === 1)
      .filter(({ name }) =>
        naming.get(name)?.some(each => hasOwnName(each, scene.prefixes) && !isOpen(each)),
      )
      .flatMap(({ panes }) => panes),
  );
  const isUnrecordedSession = (pane: ScenePane) =>
    scene.prefixes.some(prefix => pane.pane.sessionName.startsWith(prefix));
  return scene.panes.filter(
    pane =>
      pane.leftOut === undefined &&
      pane.root !== undefined &&
      !proven.has(pane) &&
      !known.has(pane) &&
      (!areAllHome || isUnrecordedSession(pane)),
  );
}

/** Panes of the entries: proven ones, and those created in the entry's session, wherever they are now. */
function ownPanes(
  scene: Scene,
  homes: ReadonlyMap<AgentRecord, Session>,
  proven: ReadonlyMap<ScenePane, PaneProof>,
): Map<ScenePane, PaneOwner> {
  const found = new Map<ScenePane, PaneOwner>();
  for (const [pane, { record, evidence }] of proven)
    if (!runsUsersProgram(pane, scene)) found.set(pane, { owner: record.key, evidence });
  for (const [record, home] of homes) {
    const own = scene.panes.filter(
      pane => !proven.has(pane) && isOf(pane, home) && !runsUsersProgram(pane, scene),
    );
    const isProven = home.panes.some(pane => proven.get(pane)?.record === record);
    const evidence = isProven
      ? proof('session-of-birth', `created in session ${home.name}`)
      : tieByName(record, home, own, scene);
    for (const pane of own) if (!found.has(pane)) found.set(pane, { owner: record.key, evidence });
  }
  return found;
}

/** Currently in it and not created elsewhere, or created in it and moved since. */
function isOf({ pane, birth, leftOut }: ScenePane, home: Session): boolean {
  if (leftOut !== undefined || pane.serverPid !== home.serverPid) return false;
  if (birth !== undefined) return birth === home.id;
  return home.panes.some(each => each.pane.paneId === pane.paneId);
}

function runsUsersProgram({ root }: ScenePane, scene: Scene): boolean {
  return root !== undefined && scene.usersProgramOf(root) !== undefined;
}

/** How strongly its name ties a session to the entry. */
function tieByName(
  record: AgentRecord,
  home: Session,
  panes: readonly ScenePane[],
  scene: Scene,
): Evidence {
  if (!hasOwnName(record, scene.prefixes))
    return hint('claim', `the entry names session ${home.name}`);
  for (const pane of panes) {
    const agent = agentIn(pane, scene);
    if (agent !== undefined)
      return proof('session-name', `session ${home.name}, in which ${describeProcess(agent)} runs`);
  }
  // An agent may be any program: here, one that its session was started with.
  const started = panes.find(({ root }) => root !== undefined && !isInteractiveShell(root, scene));
  if (record.status === 'active' && started?.root !== undefined)
    return proof(
      'session-name',
      `session ${home.name} was started with ${describeProcess(started.root)}`,
    );
  return hint('session-name', `session ${home.name} has the agent’s name`);
}

/** Sessions with an agent's name and no entry own the panes created in them. */
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
      if (!found.has(pane) && isOf(pane, session) && !runsUsersProgram(pane, scene))
        found.set(pane, { owner: session.key, evidence });
  }
}
