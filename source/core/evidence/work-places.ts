/** In whose project agents work. A workspace is copied with its ids and session names (a backup, a git worktree), and two
 * projects may use the same ids: then a name ties one session to entries of both. */
import {
  recordsBySession,
  type Scene,
  type ScenePane,
  type Session,
  sessionNameOf,
} from '../inventory/scene.ts';
import type { Process } from '../model/model.ts';
import { type AgentRecord, mergeRegistries } from '../registry/merge.ts';
import { agentIn } from './pane-proofs.ts';

export type WorkPlaces = {
  /** Whether an agent in the session works in the project of the entry's workspace. */
  isIn(record: AgentRecord, session: Session): boolean;
  /** Whether an agent in these panes works in the project of another entry that names the same session, and not, or less
   * deeply, in the project of this entry. */
  isAnothers(record: AgentRecord, panes: readonly ScenePane[]): boolean;
  /** The same for a process that several entries record. */
  isAnothersProcess(record: AgentRecord, process: Process): boolean;
};

/** Workspaces of the entries that name one session, by recorded status. */
type Naming = ReadonlyMap<AgentRecord['status'], ReadonlySet<string>>;

/** @param naming entries by the session that they name; found when it is needed, if absent. */
export function createWorkPlaces(
  scene: Scene,
  naming?: ReadonlyMap<string, readonly AgentRecord[]>,
): WorkPlaces {
  const { directories, elsewhere = [] } = scene.inventory;
  const inOthers = recordsBySession(mergeRegistries(elsewhere));
  let named = naming;
  const known = new Map<string, Naming>();
  const namingOf = (name: string): Naming => {
    named ??= recordsBySession(scene.records);
    const found = known.get(name) ?? byStatus(named.get(name), inOthers.get(name));
    known.set(name, found);
    return found;
  };
  const placesOf = (processes: readonly Process[]) =>
    processes.flatMap(({ pid }) => directories?.get(pid) ?? []);
  const agentsIn = (panes: readonly ScenePane[]) =>
    panes.flatMap(pane => agentIn(pane, scene) ?? []);
  /** @param agents are looked for only if other workspaces name the session. */
  const isAnothers = (record: AgentRecord, agents: () => readonly Process[]): boolean => {
    const all = namingOf(sessionNameOf(record));
    const rivals = new Set([...(all.get('active') ?? []), ...(all.get(record.status) ?? [])]);
    const own = workspacesOf(record);
    if (own.every(each => rivals.has(each)) && rivals.size === own.length) return false;
    const places = placesOf(agents());
    return places.length > 0 && depthOf(rivals, places) > depthOf(own, places);
  };
  return {
    isIn: (record, { panes }) => depthOf(workspacesOf(record), placesOf(agentsIn(panes))) > 0,
    isAnothers: (record, panes) => isAnothers(record, () => agentsIn(panes)),
    isAnothersProcess: (record, process) => isAnothers(record, () => [process]),
  };
}

function byStatus(...lists: readonly (readonly AgentRecord[] | undefined)[]): Naming {
  const found = new Map<AgentRecord['status'], Set<string>>();
  for (const record of lists.flatMap(list => list ?? [])) {
    const workspaces = found.get(record.status) ?? new Set();
    found.set(record.status, workspaces);
    for (const each of workspacesOf(record)) workspaces.add(each);
  }
  return found;
}

function workspacesOf({ registries }: AgentRecord): readonly string[] {
  return [...new Set(registries.map(({ workspace }) => workspace))];
}

/** @returns the length of the longest project's path that one of the places is in; 0 if none is. */
function depthOf(workspaces: Iterable<string>, places: readonly string[]): number {
  let deepest = 0;
  for (const workspace of workspaces) {
    const project = projectOf(workspace);
    if (project.length > deepest && places.some(place => isWithin(place, project)))
      deepest = project.length;
  }
  return deepest;
}

/** The directory that has the workspace. */
export function projectOf(workspace: string): string {
  return workspace.slice(0, Math.max(1, workspace.lastIndexOf('/')));
}

/** @param directory absolute, as both. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}
