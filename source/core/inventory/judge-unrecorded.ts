/** The verdict on what no registry records: agent sessions without an entry, agent programs on
 * somebody's terminal, and zombies. */
import { identityOf, type Process } from '../model.ts';
import { type Draft, type Look, nameOf, rowProcesses, rowSession, sums } from './draft.ts';
import { isZombie } from './process-tree.ts';
import { isAlive, isOurs, type Scene, type Session } from './scene.ts';

/** Sessions with an agent's name and no entry. */
export function judgeSessions(look: Look): Draft[] {
  const { scene, attribution } = look;
  return scene.sessions
    .filter(session => attribution.ownerOfSession(session) === session.key)
    .filter(session => !isBorrowed(session, look))
    .map(session => {
      const members = (attribution.members.get(session.key) ?? []).filter(isAlive);
      const unreadable = whyUnreadable(look);
      return {
        class: unreadable === undefined ? 'orphan' : 'unknown',
        key: session.key,
        session: rowSession(session),
        processes: rowProcesses(members, look),
        ...sums(members),
        startedAt: session.createdAt,
        lastActivityAt: session.activityAt,
        evidence: [
          describeSession(session),
          unreadable ?? entrylessness(look, session.name),
          ...(session.attached > 0 ? [`${session.attached} client attached to it`] : []),
        ],
        youngest: Math.max(session.createdAt, newestRegistry(look)),
      } satisfies Draft;
    });
}

/** A second session over windows that are another one's, such as a person's view of an agent. */
function isBorrowed(session: Session, { attribution }: Look): boolean {
  const owners = session.panes.map(pane => attribution.memberships.get(pane.panePid)?.owner);
  return owners.every(owner => owner !== undefined && owner !== session.key);
}

/** Agent programs that no entry and no agent session owns. Left-overs have been taken out. */
export function judgeInteractive(look: Look, leftOver: ReadonlySet<number>): Draft[] {
  const roots = unownedPrograms(look).filter(
    process => !leftOver.has(process.pid) && !isOutOfScope(process, look.scene),
  );
  return roots.map(root => {
    const key = `process:${identityOf(root)}`;
    const members = membersOf(root, key, look);
    const session = sessionAround(root, look);
    const unreadable = whyUndecided(root, session, look);
    return {
      class: unreadable === undefined ? 'interactive' : 'unknown',
      key,
      type: programName(root, look),
      session: session === undefined ? undefined : rowSession(session),
      processes: rowProcesses(members, look),
      ...sums(members),
      startedAt: root.startedAt,
      lastActivityAt: session?.activityAt,
      evidence: [
        `agent program ${nameOf(root)}`,
        ...whose(root, session, look),
        unreadable ?? 'no entry in any registry',
      ],
    } satisfies Draft;
  });
}

/** Its tree, and what an earlier look saw in its tree. */
function membersOf(root: Process, key: string, look: Look): Process[] {
  const { scene, attribution } = look;
  const isOwn = (process: Process) =>
    !scene.own.has(process.pid) &&
    (attribution.memberships.get(process.pid)?.owner ?? key) === key &&
    scene.kindOf(process).kind !== 'tmux server';
  const members = new Set([
    ...scene.tree.subtreeOf(root, isOwn),
    ...(attribution.members.get(key) ?? []),
  ]);
  return [...members].filter(isAlive);
}

/** Dead processes nobody has collected, with the parent at fault. */
export function judgeZombies(look: Look): Draft[] {
  const { scene, attribution } = look;
  return scene.processes
    .filter(
      process => isZombie(process) && isOurs(process, scene.machine) && !scene.own.has(process.pid),
    )
    .map(process => {
      const parent = scene.tree.byPid.get(process.ppid);
      const owner = attribution.memberships.get(process.pid)?.owner;
      return {
        class: 'zombie',
        key: `process:${identityOf(process)}`,
        agentId: scene.records.find(record => record.key === owner)?.entry.id,
        type: process.name,
        processes: rowProcesses([process], look),
        ...sums([]),
        startedAt: process.startedAt,
        evidence: [
          `state ${process.state}: dead, not reaped`,
          parent === undefined
            ? `its parent pid ${process.ppid} cannot be seen`
            : `parent at fault: ${nameOf(parent)} has not waited for it`,
        ],
        youngest: process.startedAt,
      } satisfies Draft;
    });
}

/** The topmost agent programs that belong to nobody yet. */
function unownedPrograms(look: Look): Process[] {
  const { scene, attribution } = look;
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

/** Why nothing may be called nobody's: a source that could hold its owner was silent. */
export function whyUnreadable(look: Look): string | undefined {
  const { sources } = look.scene;
  if (!sources.processes) return 'the process table could not be read: no verdict';
  if (!sources.tmux) return 'a tmux server could not be read: no verdict';
  if (!sources.registries)
    return 'a registry could not be read, it may be recorded there: no verdict';
  return undefined;
}

/** A program on a plain terminal needs no tmux reading to be somebody's; inside tmux it does. */
function whyUndecided(root: Process, session: Session | undefined, look: Look): string | undefined {
  if (session !== undefined) return whyUnreadable(look);
  const server = serverAround(root, look.scene);
  if (server === undefined)
    return look.scene.originOf(root).tmux === undefined ? undefined : whyUnreadable(look);
  return (
    whyUnreadable(look) ?? `below tmux server pid ${server.pid}, which was not asked: no verdict`
  );
}

/** Chosen sockets (-L, -S) limit the view: what runs below another tmux server is not looked at. */
function isOutOfScope(process: Process, scene: Scene): boolean {
  if (!scene.inventory.serversChosen || !scene.sources.tmux) return false;
  const server = serverAround(process, scene);
  const isAsked = scene.sessions.some(session =>
    session.panes.some(pane => pane.serverPid === server?.pid),
  );
  return server !== undefined && !isAsked;
}

function serverAround(process: Process, scene: Scene): Process | undefined {
  return scene.tree.ancestorsOf(process).find(each => scene.kindOf(each).kind === 'tmux server');
}

function whose(root: Process, session: Session | undefined, look: Look): string[] {
  const { scene } = look;
  if (session !== undefined) return [`in the tmux session ${session.name}, which is no agent's`];
  const leader = scene.tree.byPid.get(root.sid);
  const parent = scene.tree.byPid.get(root.ppid);
  const service = scene.originOf(root).service;
  if (root.tty !== 0 && leader !== undefined) return [`on the terminal of ${nameOf(leader)}`];
  if (service !== undefined) return [`run by the systemd service ${service}`];
  if (parent !== undefined) return [`started by ${nameOf(parent)}, which is alive`];
  return [];
}

function sessionAround(root: Process, look: Look): Session | undefined {
  const { scene } = look;
  const line = new Set([root, ...scene.tree.ancestorsOf(root)].map(process => process.pid));
  return scene.sessions.find(session =>
    session.panes.some(pane => !pane.dead && line.has(pane.panePid)),
  );
}

function describeSession(session: Session): string {
  const panes = session.panes.map(pane => `pane pid ${pane.panePid}`).join(', ');
  return `tmux session ${session.name} is alive on socket ${session.socket}, ${panes}`;
}

function entrylessness(look: Look, name: string): string {
  const count = look.scene.inventory.registries.length;
  if (count === 0) return 'the name is an agent’s, and no registry was found that could list it';
  return `the name ${name} is an agent’s, and no entry in ${count} ${count === 1 ? 'registry' : 'registries'} has it`;
}

function newestRegistry(look: Look): number {
  return Math.max(0, ...look.scene.inventory.registries.map(registry => registry.modifiedAt));
}

function programName(process: Process, look: Look): string | undefined {
  const kind = look.scene.kindOf(process);
  return kind.kind === 'agent' ? kind.program : undefined;
}
