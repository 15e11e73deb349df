/** One row looked at closer, because a person has opened it: what no look of the whole machine reads.
 * All strings are raw. */

import { type AgentFile, filesOf } from '../termination/agent-files.ts';
import type { Inventory, Pane, ProcessRef, Reading, Row } from './model.ts';

/** A pane of tmux by what cannot be reused within one life of its server. */
export type PaneRef = {
  readonly socketPath: string;
  readonly serverPid: number;
  /** `%3` */
  readonly id: string;
};

const tailNames = ['log', 'progress', 'findings'] as const;
export type TailName = (typeof tailNames)[number];

/** What is to be looked at. */
export type Subject = {
  /** The row's. */
  readonly key: string;
  readonly agentId?: string;
  readonly processes: readonly ProcessRef[];
  readonly pane?: PaneRef;
  /** Registry files that have an entry of the agent; a task's before the index. */
  readonly registries: readonly string[];
  readonly tails: readonly (AgentFile & { readonly name: TailName })[];
};

export type Inspection = {
  readonly key: string;
  /** Working directories by pid; of a process that may not be looked into there is none. */
  readonly directories: ReadonlyMap<number, string>;
  readonly ports: ReadonlyMap<number, Reading<readonly number[]>>;
  /** The entry as each registry has it: names and JSON, in its own order. */
  readonly records: readonly {
    readonly path: string;
    readonly fields: Reading<readonly (readonly [string, string])[]>;
  }[];
  /** The last lines, the newest at the end; no value where there is no such file. */
  readonly tails: readonly {
    readonly name: TailName;
    readonly lines: Reading<readonly string[] | undefined>;
  }[];
  /** What the session's pane shows, without the blank lines at its end. */
  readonly screen?: Reading<readonly string[]>;
};

/** @param inventory of the look that the row is of. */
export function subjectOf(row: Row, inventory: Inventory): Subject {
  const { agentId, workspace, task } = row;
  const found = inventory.registries.flatMap(registry => {
    const { reading } = registry;
    const isOfRow = registry.workspace === workspace && reading.ok;
    const entry = isOfRow ? reading.value.entries.find(each => each.id === agentId) : undefined;
    return entry === undefined ? [] : [{ registry, entry }];
  });
  found.sort(
    (a, b) => Number(a.registry.scope === 'global') - Number(b.registry.scope === 'global'),
  );
  const entry = found[0]?.entry;
  const files =
    entry === undefined || workspace === undefined || task === undefined
      ? []
      : filesOf(entry.id, workspace, task);
  return {
    key: row.key,
    agentId,
    processes: row.processes,
    pane: paneOf(row, inventory),
    registries: found.map(({ registry }) => registry.path),
    tails: tailNames.flatMap(name => {
      const file = files.find(each => isTail(each, name));
      return file === undefined ? [] : [{ ...file, name }];
    }),
  };
}

function isTail({ place, path }: AgentFile, name: TailName): boolean {
  return name === 'log' ? place === 'logs' && !path.includes('deploy_') : place === name;
}

/** The pane that the row's processes run in; of a session without any its first one. */
function paneOf(row: Row, { servers }: Inventory): PaneRef | undefined {
  if (row.session === undefined) return undefined;
  const { name, socket } = row.session;
  const server = servers.find(each => each.socket === socket);
  const all: readonly Pane[] = server?.reading.ok ? server.reading.value : [];
  const panes = all.filter(each => each.sessionName === name);
  const leaders = new Set(row.processes.flatMap(({ pid, sid }) => [pid, sid]));
  const pane = panes.find(each => leaders.has(each.panePid)) ?? panes[0];
  if (server === undefined || pane === undefined) return undefined;
  return { socketPath: server.path, serverPid: pane.serverPid, id: pane.paneId };
}
