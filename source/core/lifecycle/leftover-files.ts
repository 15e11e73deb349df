/** Finds leftover files of a workspace by comparing the listing with the snapshot. Pure. */

import type { RegistryReading, RowClass, Snapshot } from '../model/model.ts';
import { type AgentPlace, agentSession } from '../registry/agent-names.ts';
import { mergeRegistries } from '../registry/merge.ts';

/** A file or directory of a workspace that may be a leftover. */
export type FoundFile = {
  readonly workspace: string;
  /** Directory of the task; empty for files of the whole workspace. */
  readonly task: string;
  readonly place: AgentPlace;
  /** Relative to the task's directory, or the workspace's. */
  readonly path: string;
  readonly kind: 'prompt' | 'log' | 'directory' | 'lock' | 'temporary';
  /** Number of entries of a directory. */
  readonly entries?: number;
  /** The agent it belongs to, by its name. */
  readonly agentId?: string;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
};

export type LeftoverFile = FoundFile & {
  readonly work: 'remove' | 'archive';
  readonly reason: string;
  /** Key of the live row that must be terminated first. */
  readonly after?: string;
};

/** A younger prompt may belong to a deploy that has yet to create its session. */
export const youngFileMs = 2000;
/** A running vigil touches its lock more often than this. */
const staleLockMs = 10_000;
/** A temporary file of a running write is younger than this. */
const staleTemporaryMs = 60_000;

export type Sweeping = {
  readonly registries: readonly RegistryReading[];
  readonly snapshot: Snapshot;
  /** Keys of rows to terminate. */
  readonly ending: ReadonlySet<string>;
  /** Agent ids of running deploys. */
  readonly deploying: ReadonlySet<string>;
};

export function leftoverFiles(found: readonly FoundFile[], sweeping: Sweeping): LeftoverFile[] {
  const { registries, snapshot, ending, deploying } = sweeping;
  const agents = agentsOf(registries, snapshot);
  const files = found.flatMap(file => verdictOn(file, agents, sweeping) ?? []);
  const busy = busyTasks(found, agents, ending, deploying);
  // Keep the directories of a task that has not had an agent yet.
  const hadAgents = new Set([...agents.values()].flatMap(({ places }) => places));
  const directories = found.filter(
    file =>
      file.kind === 'directory' &&
      !busy.has(taskKey(file)) &&
      hadAgents.has(taskKey(file)) &&
      file.entries === files.filter(each => isIn(each, file)).length,
  );
  return [...files, ...directories.map(each => toRemove(each, 'empty directory'))];
}

function isIn(file: LeftoverFile, directory: FoundFile): boolean {
  return taskKey(file) === taskKey(directory) && file.place === directory.place;
}

function taskKey({ workspace, task }: Pick<FoundFile, 'workspace' | 'task'>): string {
  return `${workspace}\0${task}`;
}

/** Tasks with agents that are running or being deployed and so still write to their directories. */
function busyTasks(
  found: readonly FoundFile[],
  agents: ReadonlyMap<string, Agent>,
  ending: ReadonlySet<string>,
  deploying: ReadonlySet<string>,
): ReadonlySet<string> {
  const isDeployed = ({ agentId }: FoundFile) => agentId !== undefined && deploying.has(agentId);
  const busy = new Set(found.filter(isDeployed).map(taskKey));
  for (const { keys, places } of agents.values())
    if (keys.some(({ key, rowClass }) => !isOver(rowClass) && !ending.has(key)))
      for (const place of places) busy.add(place);
  return busy;
}

function verdictOn(
  file: FoundFile,
  agents: ReadonlyMap<string, Agent>,
  { snapshot, ending, deploying }: Sweeping,
): LeftoverFile | undefined {
  const age = snapshot.takenAt - file.modifiedAt;
  const { workspace, agentId } = file;
  if (file.kind === 'directory') return undefined;
  if (file.kind === 'lock') return age > staleLockMs ? toRemove(file, 'stale lock') : undefined;
  if (file.kind === 'temporary')
    return age > staleTemporaryMs ? toRemove(file, 'interrupted write') : undefined;
  if (agentId === undefined || deploying.has(agentId)) return undefined;
  const agent = agents.get(`${workspace}\0${agentId}`);
  const session = snapshot.rows.find(row => row.session?.name === agentSession(agentId));
  const alive = agent?.keys.find(({ rowClass }) => !isOver(rowClass))?.key ?? session?.key;
  const work = file.kind === 'prompt' ? 'remove' : 'archive';
  if (alive !== undefined)
    return ending.has(alive)
      ? { ...file, work, reason: `${agentId} is ended`, after: alive }
      : undefined;
  if (agent !== undefined)
    return { ...file, work, reason: `${agentId}: ${agent.classes.join(', ')}` };
  // A log of an unrecorded agent may belong to another program; a prompt is always one agent's.
  if (file.kind === 'log' || age < youngFileMs) return undefined;
  return { ...file, work, reason: `${agentId} is neither recorded nor alive` };
}

function toRemove(file: FoundFile, reason: string): LeftoverFile {
  return { ...file, work: 'remove', reason };
}

function isOver(rowClass: RowClass): boolean {
  return rowClass === 'ended' || rowClass === 'ghost';
}

type Agent = {
  readonly keys: { readonly key: string; readonly rowClass: RowClass }[];
  readonly classes: RowClass[];
  /** Keys of the tasks that list it. */
  readonly places: string[];
};

/** Agents by workspace and id. An entry without a row has class `unknown`. */
function agentsOf(registries: readonly RegistryReading[], snapshot: Snapshot) {
  const classes = new Map(snapshot.rows.map(row => [row.key, row.class]));
  const agents = new Map<string, Agent>();
  for (const { key, entry, registries: own } of mergeRegistries(registries)) {
    const workspace = own[0]?.workspace ?? '';
    const id = `${workspace}\0${entry.id}`;
    const agent = agents.get(id) ?? { keys: [], classes: [], places: [] };
    agents.set(id, agent);
    const rowClass = classes.get(key) ?? 'unknown';
    agent.keys.push({ key, rowClass });
    if (!agent.classes.includes(rowClass)) agent.classes.push(rowClass);
    const task =
      own
        .find(each => each.scope === 'task')
        ?.path.split('/')
        .at(-2) ?? entry.task;
    agent.places.push(`${workspace}\0${task ?? ''}`);
  }
  return agents;
}
