/** The verdict on everything unrecorded: agent sessions without an entry, agent programs on a user's
 * terminal, and zombies. */
import { contradiction, doubt, type Evidence, hint, proof } from '../evidence/evidence.ts';
import { idsWrittenBy } from '../evidence/own-files.ts';
import { attachedText, describeSession, keptSession } from '../evidence/session-evidence.ts';
import { identityOf, type Process } from '../model/model.ts';
import { processKey } from '../model/row-keys.ts';
import { describeProcess } from '../programs/process-name.ts';
import { type Draft, type Observation, rowProcesses, rowSession, sums } from './draft.ts';
import { isZombie } from './process-tree.ts';
import { isAlive, isOurs, type Scene, type Session } from './scene.ts';

/** Sessions with an agent's name and no entry. */
export function judgeSessions(observation: Observation): Draft[] {
  const { scene, attribution } = observation;
  return scene.sessions
    .filter(session => session.leftOut === undefined)
    .filter(session => attribution.homes.ownerOfSession(session) === session.key)
    .filter(({ key, panes }) => panes.some(pane => attribution.homes.ownerOf(pane)?.owner === key))
    .map(session => {
      const members = (attribution.members.get(session.key) ?? []).filter(isAlive);
      const unreadable = unreadableSource(observation) ?? ambiguity(session, observation);
      const tie = tieToWorkspace(members, scene);
      const kept = keptSession(session, observation);
      const agents = members.filter(each => scene.kindOf(each).kind === 'agent');
      const roots = session.panes.flatMap(({ root }) => root ?? []);
      return {
        class: unreadable === undefined ? 'orphan' : 'unknown',
        key: session.key,
        session: rowSession(session),
        processes: rowProcesses(members, observation),
        ...sums(members),
        startedAt: session.createdAt,
        lastActivityAt: session.activityAt,
        evidence: [
          proof('session', describeSession(session)),
          unreadable ?? missingEntry(observation, session.name),
          tie ?? doubt('claim', 'only its name suggests an agent of this workspace'),
          ...(kept === undefined ? [] : [kept]),
          ...(session.attached > 0 ? [doubt('attached', attachedText(session))] : []),
        ],
        confidence:
          unreadable !== undefined ? undefined : tie === undefined ? 'suspected' : 'proven',
        keepsSession: kept,
        panes: session.panes
          .filter(pane => attribution.homes.ownerOf(pane)?.owner === session.key)
          .map(({ pane }) => pane),
        roots: [...agents, ...roots].map(identityOf),
        youngest: Math.max(session.createdAt, newestRegistry(observation)),
      } satisfies Draft;
    });
}

/** The log of this workspace that one of its processes writes. */
function tieToWorkspace(members: readonly Process[], scene: Scene): Evidence | undefined {
  for (const member of members) {
    const [id] = idsWrittenBy(member, scene);
    if (id === undefined) continue;
    const text = `${describeProcess(member)} in it writes the log of ${id} in this workspace`;
    return proof('own-file', text);
  }
  return undefined;
}

/** An entry names it, but nothing ties the entry to this session rather than another. */
function ambiguity(session: Session, { attribution }: Observation): Evidence | undefined {
  const [record] = attribution.homes.recordsNaming(session.name);
  if (record === undefined) return undefined;
  const text = `the entry of ${record.entry.id} names it, but nothing proves that they belong together`;
  return doubt('ambiguous-session', text);
}

/** Agent programs without an entry, an agent session or a leftover row. */
export function judgeInteractive(observation: Observation, leftover: ReadonlySet<number>): Draft[] {
  const roots = unownedPrograms(observation).filter(
    process => !leftover.has(process.pid) && !isOutOfScope(process, observation.scene),
  );
  return roots.map(root => {
    const key = processKey(root);
    const members = membersOf(root, key, observation);
    const session = sessionAround(root, observation);
    const unreadable = undecidedReason(root, session, observation);
    return {
      class: unreadable === undefined ? 'interactive' : 'unknown',
      key,
      type: programName(root, observation),
      session: session === undefined ? undefined : rowSession(session),
      processes: rowProcesses(members, observation),
      ...sums(members),
      startedAt: root.startedAt,
      lastActivityAt: session?.activityAt,
      evidence: [
        hint('program-name', `agent program ${describeProcess(root)}`),
        ...ownershipEvidence(root, session, observation),
        unreadable ?? proof('absence', 'no entry in any registry'),
      ],
      roots: [identityOf(root)],
    } satisfies Draft;
  });
}

/** Its tree, and what an earlier poll found in its tree. */
function membersOf(root: Process, key: string, observation: Observation): Process[] {
  const { scene, attribution } = observation;
  const isOwn = (process: Process) =>
    !scene.own.has(process.pid) &&
    (attribution.memberships.get(process.pid)?.owner ?? key) === key &&
    !['tmux server', 'host'].includes(scene.kindOf(process).kind) &&
    scene.usersProgramOf(process) === undefined;
  const members = new Set([
    ...scene.tree.subtreeOf(root, isOwn),
    ...(attribution.members.get(key) ?? []),
  ]);
  return [...members].filter(isAlive);
}

/** Unreaped processes, with the parent at fault. */
export function judgeZombies(observation: Observation): Draft[] {
  const { scene, attribution } = observation;
  return scene.processes
    .filter(
      process => isZombie(process) && isOurs(process, scene.machine) && !scene.own.has(process.pid),
    )
    .map(process => {
      const parent = scene.tree.byPid.get(process.ppid);
      const owner = attribution.memberships.get(process.pid)?.owner;
      return {
        class: 'zombie',
        key: processKey(process),
        agentId: owner === undefined ? undefined : scene.recordByKey.get(owner)?.entry.id,
        type: process.name,
        processes: rowProcesses([process], observation),
        ...sums([]),
        startedAt: process.startedAt,
        evidence: [
          proof('zombie', `state ${process.state}: dead, not reaped`),
          parent === undefined
            ? hint('zombie', `its parent pid ${process.ppid} cannot be seen`)
            : proof('zombie', `not reaped by its parent: ${describeProcess(parent)}`),
        ],
        roots: [identityOf(process)],
        youngest: process.startedAt,
      } satisfies Draft;
    });
}

/** The topmost agent programs without an owner. */
function unownedPrograms(observation: Observation): Process[] {
  const { scene, attribution } = observation;
  const isCandidate = (process: Process) =>
    scene.kindOf(process).kind === 'agent' &&
    !attribution.memberships.has(process.pid) &&
    isAlive(process) &&
    isOurs(process, scene.machine) &&
    !scene.own.has(process.pid);
  return scene.processes.filter(
    process => isCandidate(process) && !scene.tree.ancestorsOf(process).some(isCandidate),
  );
}

/** Why nothing may be reported as unowned: a source that could hold its owner could not be read. */
export function unreadableSource(observation: Observation): Evidence | undefined {
  const { sources } = observation.scene;
  const unread = (text: string) => doubt('unread', `${text}: no verdict`);
  if (!sources.processes) return unread('the process table could not be read');
  if (!sources.tmux) return unread('a tmux server could not be read');
  if (!sources.registries) return unread('a registry could not be read and may have an entry');
  return undefined;
}

/** On a plain terminal a program is a user's without any tmux reading; inside tmux one is needed. */
function undecidedReason(
  root: Process,
  session: Session | undefined,
  observation: Observation,
): Evidence | undefined {
  if (session !== undefined) return unreadableSource(observation);
  const server = serverAround(root, observation.scene);
  if (server === undefined)
    return observation.scene.originOf(root).tmux === undefined
      ? undefined
      : unreadableSource(observation);
  const text = `below tmux server pid ${server.pid}, which was not queried: no verdict`;
  return unreadableSource(observation) ?? doubt('unread', text);
}

/** Chosen sockets (-L, -S) limit the view: processes below other tmux servers are skipped. */
function isOutOfScope(process: Process, scene: Scene): boolean {
  if (!scene.inventory.serversChosen || !scene.sources.tmux) return false;
  const server = serverAround(process, scene);
  const isShown = scene.panes.some(
    ({ pane, leftOut }) => pane.serverPid === server?.pid && leftOut === undefined,
  );
  return server !== undefined && !isShown;
}

function serverAround(process: Process, scene: Scene): Process | undefined {
  return scene.tree.ancestorsOf(process).find(each => scene.kindOf(each).kind === 'tmux server');
}

function ownershipEvidence(
  root: Process,
  session: Session | undefined,
  observation: Observation,
): Evidence[] {
  const { scene } = observation;
  const is = (text: string) => [contradiction('peoples-terminal', text)];
  if (session !== undefined)
    return is(`in the tmux session ${session.name}, which is not an agent session`);
  const leader = scene.tree.byPid.get(root.sid);
  const parent = scene.tree.byPid.get(root.ppid);
  const { service, isNamespaced } = scene.originOf(root);
  if (isNamespaced === true)
    return [contradiction('other-namespace', 'runs in another pid namespace (a container)')];
  if (root.tty !== 0 && leader !== undefined)
    return is(`on the terminal of ${describeProcess(leader)}`);
  if (service !== undefined)
    return [contradiction('unit', `run by the systemd service ${service}`)];
  if (parent !== undefined)
    return [hint('tree', `started by ${describeProcess(parent)}, which is alive`)];
  return [];
}

function sessionAround(root: Process, observation: Observation): Session | undefined {
  const { scene } = observation;
  const line = new Set([root, ...scene.tree.ancestorsOf(root)].map(process => process.pid));
  return scene.sessions.find(
    session =>
      session.leftOut === undefined &&
      session.panes.some(pane => pane.root !== undefined && line.has(pane.root.pid)),
  );
}

function missingEntry(observation: Observation, name: string): Evidence {
  const count = observation.scene.inventory.registries.length;
  if (count === 0) return hint('absence', 'it has an agent’s name, but no registry was found');
  const registries = count === 1 ? 'registry' : 'registries';
  return hint('absence', `${name} is an agent’s name, but has no entry in ${count} ${registries}`);
}

function newestRegistry({ scene }: Observation): number {
  return Math.max(0, ...scene.inventory.registries.map(registry => registry.modifiedAt));
}

function programName(process: Process, observation: Observation): string | undefined {
  const kind = observation.scene.kindOf(process);
  return kind.kind === 'agent' ? kind.program : undefined;
}
