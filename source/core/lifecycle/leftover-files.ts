/** Finds leftover files of a workspace by comparing the listing with the snapshot. Pure. */

import { addTo } from '../model/group-by.ts';
import type { RegistryReading, RowClass, Snapshot } from '../model/model.ts';
import { type AgentPlace, agentSession } from '../registry/agent-names.ts';
import { mergeRegistries, taskOfPath } from '../registry/merge.ts';

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
  const agents = agentsOf(sweeping);
  const files = found.flatMap(file => verdictOn(file, agents, sweeping) ?? []);
  const busy = busyTasks(found, agents, sweeping);
  // Keep the directories of a task that has not had an agent yet.
  const hadAgents = new Set([...agents.values()].flat().map(({ task }) => task));
  const isIn = (file: LeftoverFile, directory: FoundFile) =>
    taskKey(file) === taskKey(directory) && file.place === directory.place;
  const directories = found.filter(
    file =>
      file.kind === 'directory' &&
      !busy.has(taskKey(file)) &&
      hadAgents.has(taskKey(file)) &&
      file.entries === files.filter(each => isIn(each, file)).length,
  );
  return [...files, ...directories.map(each => toRemove(each, 'empty directory'))];
}

function taskKey({ workspace, task }: Pick<FoundFile, 'workspace' | 'task'>): string {
  return `${workspace}\0${task}`;
}

/** Tasks with agents that are running or being deployed and so still write to their directories. */
function busyTasks(
  found: readonly FoundFile[],
  agents: Agents,
  { ending, deploying }: Sweeping,
): ReadonlySet<string> {
  const deployed = found.filter(({ agentId }) => agentId !== undefined && deploying.has(agentId));
  const running = [...agents.values()].filter(listings =>
    listings.some(each => !isOver(each) && !ending.has(each.key)),
  );
  return new Set([...deployed.map(taskKey), ...running.flat().map(({ task }) => task)]);
}

function verdictOn(
  file: FoundFile,
  agents: Agents,
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
  const alive = agent?.find(each => !isOver(each))?.key ?? session?.key;
  const work = 'archive' as const;
  if (alive !== undefined)
    return ending.has(alive)
      ? { ...file, work, reason: `${agentId} is ended`, after: alive }
      : undefined;
  if (agent !== undefined) {
    const classes = new Set(agent.map(({ rowClass }) => rowClass));
    return { ...file, work, reason: `${agentId}: ${[...classes].join(', ')}` };
  }
  // A log of an unrecorded agent may belong to another program; a prompt is always one agent's.
  if (file.kind === 'log' || age < youngFileMs) return undefined;
  return { ...file, work, reason: `${agentId} is neither recorded nor alive` };
}

function toRemove(file: FoundFile, reason: string): LeftoverFile {
  return { ...file, work: 'remove', reason };
}

function isOver({ rowClass }: Listed): boolean {
  return rowClass === 'ended' || rowClass === 'ghost';
}

/** An agent in the registries of one task. An entry without a row has class `unknown`. */
type Listed = { readonly key: string; readonly rowClass: RowClass; readonly task: string };

/** By workspace and id. */
type Agents = ReadonlyMap<string, readonly Listed[]>;

function agentsOf({ registries, snapshot }: Sweeping): Agents {
  const classes = new Map(snapshot.rows.map(row => [row.key, row.class]));
  const agents = new Map<string, Listed[]>();
  for (const { key, entry, registries: own } of mergeRegistries(registries)) {
    const workspace = own[0]?.workspace ?? '';
    const file = own.find(each => each.scope === 'task')?.path;
    const task = file === undefined ? (entry.task ?? '') : taskOfPath(file);
    const rowClass = classes.get(key) ?? 'unknown';
    addTo(agents, `${workspace}\0${entry.id}`, {
      key,
      rowClass,
      task: taskKey({ workspace, task }),
    });
  }
  return agents;
}
