/** Which files of a workspace are left over, and why. Pure: what is listed, against who is alive. */

import type { RegistryReading, RowClass, Snapshot } from '../model/model.ts';
import { type AgentPlace, agentSession } from '../registry/agent-names.ts';
import { mergeRegistries } from '../registry/merge.ts';

/** A file or directory of a workspace that may be left over. */
export type FoundFile = {
  readonly workspace: string;
  /** The task's directory; empty for what belongs to the whole workspace. */
  readonly task: string;
  readonly place: AgentPlace;
  /** Below the task's directory, or the workspace's. */
  readonly path: string;
  readonly kind: 'prompt' | 'log' | 'directory' | 'lock' | 'temporary';
  /** What is in a directory, whatever it is. */
  readonly entries?: number;
  /** Whose it is, by its name. */
  readonly agentId?: string;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
};

export type LeftFile = FoundFile & {
  readonly work: 'remove' | 'archive';
  readonly reason: string;
  /** Only when this row was ended: its agent is alive now. */
  readonly after?: string;
};

/** A deploy writes the prompt first and makes the session within moments. */
export const youngFileMs = 2000;
/** Nobody holds the lock of a vigil this long without touching it. */
const staleLockMs = 10_000;
/** A file that is being written is there for moments. */
const staleTemporaryMs = 60_000;

export type Sweeping = {
  readonly registries: readonly RegistryReading[];
  readonly snapshot: Snapshot;
  /** Keys of rows that are to be ended. */
  readonly ending: ReadonlySet<string>;
  /** Agent ids whose deploy goes on. */
  readonly deploying: ReadonlySet<string>;
};

export function leftFilesOf(found: readonly FoundFile[], sweeping: Sweeping): LeftFile[] {
  const { registries, snapshot, ending, deploying } = sweeping;
  const agents = agentsOf(registries, snapshot);
  const files = found.flatMap(file => verdictOn(file, agents, sweeping) ?? []);
  const busy = busyTasks(found, agents, ending, deploying);
  // A task that has yet to get its first agent has made its directories for it.
  const hadAgents = new Set([...agents.values()].flatMap(({ places }) => places));
  const directories = found.filter(
    file =>
      file.kind === 'directory' &&
      !busy.has(taskKey(file)) &&
      hadAgents.has(taskKey(file)) &&
      file.entries === files.filter(each => isIn(each, file)).length,
  );
  return [...files, ...directories.map(each => left(each, 'empty directory'))];
}

function isIn(file: LeftFile, directory: FoundFile): boolean {
  return taskKey(file) === taskKey(directory) && file.place === directory.place;
}

function taskKey({ workspace, task }: Pick<FoundFile, 'workspace' | 'task'>): string {
  return `${workspace}\0${task}`;
}

/** Tasks with agents that live on, or are about to: they write where they are used to. */
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
): LeftFile | undefined {
  const age = snapshot.takenAt - file.modifiedAt;
  const { workspace, agentId } = file;
  if (file.kind === 'directory') return undefined;
  if (file.kind === 'lock') return age > staleLockMs ? left(file, 'stale lock') : undefined;
  if (file.kind === 'temporary')
    return age > staleTemporaryMs ? left(file, 'interrupted write') : undefined;
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
  // Logs that nobody is recorded for may be somebody else's; a prompt is written for one agent.
  if (file.kind === 'log' || age < youngFileMs) return undefined;
  return { ...file, work, reason: `${agentId} is neither recorded nor alive` };
}

function left(file: FoundFile, reason: string): LeftFile {
  return { ...file, work: 'remove', reason };
}

function isOver(rowClass: RowClass): boolean {
  return rowClass === 'ended' || rowClass === 'ghost';
}

type Agent = {
  readonly keys: { readonly key: string; readonly rowClass: RowClass }[];
  readonly classes: RowClass[];
  /** Tasks it is recorded in, with their workspace. */
  readonly places: string[];
};

/** By workspace and id. An entry that has no row is unknown: nothing is claimed. */
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
