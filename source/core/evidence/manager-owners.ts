/** Which other manager has started what runs in a pane. Its state file, or the mark that it sets for its agents, is
 * proof; the beginning of a session's name is a hint. */

import {
  isInteractiveShell,
  type Scene,
  type ScenePane,
  type Session,
} from '../inventory/scene.ts';
import type { ManagerRecord } from '../model/managed.ts';
import type { Process, Row } from '../model/model.ts';
import type { RecordOwner } from '../model/vendor-record.ts';
import {
  type ManagedPlace,
  type Manager,
  managerName,
  managers,
  markedRecord,
} from '../programs/managers.ts';
import { describeProcess } from '../programs/process-name.ts';
import { doubt, type Evidence, hint, proof } from './evidence.ts';
import { treeOf } from './pane-proofs.ts';

export type Managed = {
  readonly owner: RecordOwner;
  readonly evidence: Evidence;
};

type Found = { readonly manager: Manager; readonly record: ManagerRecord };

/** @param session the session that shows the pane. @param members the row's own processes.
 * @returns undefined if no manager has anything to do with it. */
export function managerOf(
  pane: ScenePane,
  session: Session,
  members: readonly Process[],
  scene: Scene,
): Managed | undefined {
  const { name } = session;
  const named = managers.find(({ prefixes }) =>
    prefixes.some(({ text, isSure }) => isSure && name.startsWith(text)),
  );
  const records = (scene.inventory.managed ?? []).flatMap(each => each.records);
  if (named === undefined && records.length === 0) return undefined;
  const place = placeOf(pane, session, scene);
  const found = recordedIn(records, place) ?? markedIn(place);
  if (
    found === undefined ||
    isElsewhereToo(found.record, session, scene) ||
    isMarkElsewhere(found.record, session, scene)
  )
    return named && suspected(named, place);
  const own = new Set(members.map(({ pid }) => pid));
  return owned(found, place, (ends, what) => {
    // In which window of the session vigil is, is not known.
    if (session.panes.some(each => runsVigil(each, scene))) return `vigil itself runs in ${what}`;
    const { length } = session.panes
      .filter(each => ends === 'session' || each === pane || isInWindow(each, found, scene))
      .flatMap(each => agentsIn(each, scene))
      .filter(({ pid }) => !own.has(pid));
    const others = length === 1 ? 'another agent' : `${length} other agents`;
    if (length > 0) return `its command would also end ${others} in ${what}`;
    const panes = ends === 'session' ? session.panes : [pane];
    const user = panes
      .flatMap(each => usersProgramsIn(each, scene))
      .find(({ pid }) => !own.has(pid));
    return user && `its command would also end ${describeProcess(user)} in ${what}`;
  });
}

/** What neither runs an agent nor is run by one, such as an editor in a pane beside it. A shell at its prompt loses
 * nothing. */
function usersProgramsIn(pane: ScenePane, scene: Scene): readonly Process[] {
  const { tree } = scene;
  const agents = agentsIn(pane, scene);
  return treeOf(pane, scene).filter(
    each =>
      !isInteractiveShell(each, scene) &&
      !agents.some(({ pid }) => pid === each.pid) &&
      !agents.some(agent => tree.isBelow(agent, each.pid) || tree.isBelow(each, agent.pid)),
  );
}

function runsVigil({ root }: ScenePane, { machine, tree }: Scene): boolean {
  const self = tree.byPid.get(machine.pid);
  return root !== undefined && self !== undefined && tree.isBelow(self, root.pid);
}

/** As far as the manager records its windows. */
function isInWindow({ pane, root }: ScenePane, { record }: Found, scene: Scene): boolean {
  const all = (scene.inventory.managed ?? []).flatMap(each => each.records);
  return all.some(
    each =>
      each.pane?.id === pane.paneId &&
      each.pane.pid === root?.pid &&
      each.pane.socketPath === record.pane?.socketPath &&
      each.session === record.session &&
      each.window === record.window,
  );
}

function placeOf(scenePane: ScenePane, { name }: Session, scene: Scene): ManagedPlace {
  const { pane, socket } = scenePane;
  const agents = agentsIn(scenePane, scene);
  const { servers, directories } = scene.inventory;
  return {
    session: name,
    socketPath: servers.find(each => each.socket === socket)?.path ?? '',
    paneId: pane.paneId,
    panePid: pane.panePid,
    marks: agents.map(each => ownMarks(each, pane.serverPid, scene)),
    directories: agents.flatMap(({ pid }) => directories?.get(pid) ?? []),
  };
}

/** Without those of the server: every session that a user opens on it inherits them. */
function ownMarks(
  agent: Process,
  serverPid: number,
  { tree, originOf }: Scene,
): ReadonlyMap<string, string> {
  const server = tree.byPid.get(serverPid);
  const inherited = server && originOf(server).managerMarks;
  const marks = originOf(agent).managerMarks ?? new Map<string, string>();
  return new Map([...marks].filter(([name, value]) => inherited?.get(name) !== value));
}

function agentsIn(pane: ScenePane, scene: Scene): readonly Process[] {
  return treeOf(pane, scene).filter(each => scene.kindOf(each).kind === 'agent');
}

/** Of several rigs, the one with the longest prefix. */
function recordedIn(records: readonly ManagerRecord[], place: ManagedPlace): Found | undefined {
  let best: Found | undefined;
  for (const record of records) {
    const manager = managers.find(({ kind }) => kind === record.manager);
    if (manager?.owns(record, place) !== true) continue;
    const length = record.group?.length ?? 0;
    if (best === undefined || length > (best.record.group?.length ?? 0)) best = { manager, record };
  }
  return best;
}

function markedIn(place: ManagedPlace): Found | undefined {
  const record = markedRecord(place);
  const manager = managers.find(({ kind }) => kind === record?.manager);
  return record && manager && { manager, record };
}

/** A state file that has names alone does not say on which server: the default one, where it has the name. */
function isElsewhereToo({ pane, path }: ManagerRecord, session: Session, scene: Scene): boolean {
  if (pane !== undefined || path === '' || session.socket === 'default') return false;
  return scene.sessions.some(({ name, key }) => name === session.name && key !== session.key);
}

/** An environment is inherited: where agents of two sessions have a mark, stopping its owner may end the other one. */
function isMarkElsewhere(record: ManagerRecord, session: Session, scene: Scene): boolean {
  const { manager, path, id } = record;
  if (path !== '') return false;
  const all = (scene.inventory.managed ?? []).flatMap(each => each.records);
  // Its state file has it for another session.
  if (all.some(each => each.manager === manager && each.id === id)) return true;
  const own = new Set(session.panes.map(({ pane }) => pane.panePid));
  return scene.sessions.some(({ name, panes }) =>
    panes.some(
      each =>
        !own.has(each.pane.panePid) &&
        markedIn({ ...placeOf(each, session, scene), session: name })?.record.id === id,
    ),
  );
}

function suspected({ kind, name, prefixes }: Manager, place: ManagedPlace): Managed {
  const { session, socketPath } = place;
  const prefix = prefixes.find(({ text }) => session.startsWith(text))?.text ?? '';
  return {
    owner: {
      ...{ kind, id: session, directory: '' },
      managed: {
        isSuspected: true,
        whyNotAsked: 'only the name of its session suggests it',
        pane: { socketPath, session },
      },
    },
    evidence: hint('manager', `session ${session} begins with ${prefix}: perhaps ${name} runs it`),
  };
}

/** @param whyNot why its command must not be used, though there is one. */
function owned(
  { manager, record }: Found,
  place: ManagedPlace,
  whyNot: (ends: 'session' | 'window', what: string) => string | undefined,
): Managed {
  const { kind, name } = manager;
  const { session, socketPath } = place;
  const stop = manager.stopOf(record, place);
  const base = { kind, id: record.id, directory: record.path } as const;
  const pane = { socketPath, session, id: record.pane?.id };
  const where =
    record.path === '' ? 'its agent program has the mark' : `recorded in ${record.path}`;
  const evidence = proof('manager', `${name} runs session ${session}: ${where}`);
  const notAsked = (whyNotAsked: string): Managed => ({
    owner: { ...base, managed: { whyNotAsked, pane } },
    evidence,
  });
  if ('why' in stop) return notAsked(stop.why);
  const ends = stop.ends === 'session' ? `session ${session}` : `window ${record.window}`;
  const why = whyNot(stop.ends, ends);
  if (why !== undefined) return notAsked(why);
  const managed = { ends, cwd: record.directory, pane };
  return { owner: { ...base, stop: stop.words, managed }, evidence };
}

/** Why no bulk command ends it. */
export function sparedForManager({ kind, id, managed }: RecordOwner): Evidence {
  const name = kind === 'systemd-unit' ? `unit ${id}` : managerName(kind);
  const by = managed?.isSuspected === true ? `perhaps ${name} runs it` : `${name} runs it`;
  return doubt('manager', `${by}; name it to end it`);
}

/** Whether another manager has started it, or perhaps has. */
export function isManaged({ owner }: Pick<Row, 'owner'>): boolean {
  return owner?.managed !== undefined;
}
