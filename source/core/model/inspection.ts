/** One row read in more detail because a view of it is open. All strings are raw. */

import type { LoginScope } from '../ports/logins.ts';
import { type AgentFile, filesOf } from '../termination/agent-files.ts';
import type { Deed } from './history.ts';
import type { Inventory, Pane, ProcessRef, Reading, Row } from './model.ts';
import { byAuthority } from './recorded.ts';

/** A tmux pane by fields that are not reused during the life of its server. */
export type PaneRef = {
  readonly socketPath: string;
  readonly serverPid: number;
  /** `%3` */
  readonly id: string;
};

const tailNames = ['log', 'progress', 'findings'] as const;
export type TailName = (typeof tailNames)[number];

/** What a view shows of a row: all details, its log alone (its pane if it has no log), or its pane alone. */
export const aspects = ['detail', 'log', 'screen'] as const;
export type Aspect = (typeof aspects)[number];

/** What to read. */
export type Subject = {
  /** Key of the row. */
  readonly key: string;
  readonly aspect: Aspect;
  readonly agentId?: string;
  readonly processes: readonly ProcessRef[];
  readonly pane?: PaneRef;
  /** Registry files with an entry of the agent; the authoritative one first. */
  readonly registries: readonly string[];
  readonly tails: readonly (AgentFile & { readonly name: TailName })[];
};

export type Inspection = {
  readonly key: string;
  readonly aspect: Aspect;
  /** Working directories by pid; unreadable ones are missing. */
  readonly directories: ReadonlyMap<number, string>;
  readonly ports: ReadonlyMap<number, Reading<readonly number[]>>;
  /** The entry as each registry has it: names and JSON, in file order. */
  readonly records: readonly {
    readonly path: string;
    readonly fields: Reading<readonly (readonly [string, string])[]>;
  }[];
  /** The last lines, newest last; undefined if there is no such file. */
  readonly tails: readonly {
    readonly name: TailName;
    readonly lines: Reading<readonly string[] | undefined>;
  }[];
  /** Content of the session's pane, without trailing blank lines. */
  readonly screen?: Reading<readonly string[]>;
  /** Of the tmux server that its pane is in. */
  readonly login?: LoginScope;
  /** What vigil has done to it, oldest first. */
  readonly deeds?: readonly Deed[];
};

/** @param inventory of the row's poll. @returns only what the aspect needs. */
export function subjectOf(row: Row, inventory: Inventory, aspect: Aspect): Subject {
  const { agentId, workspace, task } = row;
  const found = inventory.registries.flatMap(registry => {
    const { reading } = registry;
    const isOfRow = registry.workspace === workspace && reading.ok;
    const entry = isOfRow ? reading.value.entries.find(each => each.id === agentId) : undefined;
    return entry === undefined ? [] : [{ registry, entry }];
  });
  found.sort((a, b) => byAuthority(a.registry, b.registry));
  const entry = found[0]?.entry;
  const files =
    entry === undefined || workspace === undefined || task === undefined
      ? []
      : filesOf(entry.id, workspace, task);
  const isDetail = aspect === 'detail';
  const wanted = isDetail ? tailNames : tailNames.filter(name => name === aspect);
  return {
    key: row.key,
    aspect,
    agentId,
    processes: isDetail ? row.processes : [],
    pane: paneOf(row, inventory),
    registries: isDetail ? found.map(({ registry }) => registry.path) : [],
    tails: wanted.flatMap(name => {
      const file = files.find(each => isTail(each, name));
      return file === undefined ? [] : [{ ...file, name }];
    }),
  };
}

function isTail({ place, path }: AgentFile, name: TailName): boolean {
  return name === 'log' ? place === 'logs' && !path.includes('deploy_') : place === name;
}

/** The lines of a log, or of the pane where there is no log; undefined if there is neither.
 * @param inspection of the log or of the screen. */
export function outputOf({ tails, screen }: Inspection): Output | undefined {
  const log = tails.find(({ name }) => name === 'log')?.lines;
  if (log !== undefined && !log.ok) return { source: 'log', lines: log };
  if (log?.value !== undefined) return { source: 'log', lines: { ok: true, value: log.value } };
  return screen === undefined ? undefined : { source: 'screen', lines: screen };
}

export type Output = {
  readonly source: 'log' | 'screen';
  readonly lines: Reading<readonly string[]>;
};

/** The pane that the row's processes run in, else the session's first one. */
export function paneOf(row: Row, { servers }: Inventory): PaneRef | undefined {
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
