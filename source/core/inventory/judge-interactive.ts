/** The verdict on agent programs without an entry: on a user's terminal, or run by their vendor's daemon. */
import { contradiction, doubt, type Evidence, hint, proof } from '../evidence/evidence.ts';
import { identityOf, type Process } from '../model/model.ts';
import { processKey } from '../model/row-keys.ts';
import { describeProcess } from '../programs/process-name.ts';
import {
  type Draft,
  type Observation,
  programIn,
  rowProcesses,
  rowSession,
  sums,
} from './draft.ts';
import { isAlive, isOurs, type Scene, type Session } from './scene.ts';
import { cwdOf, describeRecord, recordedByVendor } from './vendor-records.ts';

/** Agent programs without an entry, an agent session or a leftover row. */
export function judgeInteractive(observation: Observation, leftover: ReadonlySet<number>): Draft[] {
  const { scene } = observation;
  const roots = unownedPrograms(observation).filter(
    process => !leftover.has(process.pid) && !isOutOfScope(process, scene),
  );
  return roots.map(root => {
    const key = processKey(root);
    const members = membersOf(root, key, observation);
    const session = sessionAround(root, observation);
    const unreadable = undecidedReason(root, session, observation);
    const records = members.flatMap(each => scene.vendorRecords.of(each));
    const isBackground = records.some(each => each.isBackground);
    const aliveClass = !isBackground
      ? 'interactive'
      : records.some(each => each.isFinished)
        ? 'undead'
        : 'live';
    return {
      class: unreadable === undefined ? aliveClass : 'unknown',
      key,
      type: programIn([root], scene),
      program: programIn([root], scene),
      ...recordedByVendor(records),
      status: recordedByVendor(records).activity,
      cwd: cwdOf(members, records, scene.inventory.directories),
      session: session === undefined ? undefined : rowSession(session),
      processes: rowProcesses(members, observation),
      ...sums(members),
      startedAt: root.startedAt,
      lastActivityAt: session?.activityAt,
      evidence: [
        hint('program-name', `agent program ${describeProcess(root)}`),
        ...ownershipEvidence(root, session, observation),
        ...records.map(record => proof('vendor-record', describeRecord(record))),
        unreadable ?? proof('absence', 'no entry in any registry'),
      ],
      spared: isBackground
        ? doubt('vendor-record', 'its vendor’s daemon runs it; name it to end it')
        : undefined,
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
