/** tmux sessions and their panes in one poll: each pane once, however many sessions show it. */
import type { Inventory, Origin, Pane, Process, ServerReading } from '../model/model.ts';
import { formatKey } from '../model/row-keys.ts';
import { isZombie, type ProcessTree } from './process-tree.ts';

export type Session = {
  readonly key: string;
  /** `$7`: unique during the life of its server. */
  readonly id: string;
  readonly serverPid: number;
  readonly socket: string;
  readonly name: string;
  /** Clients that see any part of it. */
  readonly attached: number;
  readonly windows?: number;
  readonly createdAt: number;
  readonly activityAt: number;
  readonly panes: readonly ScenePane[];
  /** Why its server is excluded from the view, if it is. */
  readonly leftOut?: string;
};

/** A pane, once, however many sessions show it. */
export type ScenePane = {
  readonly pane: Pane;
  readonly socket: string;
  /** Its first process, if alive. */
  readonly root?: Process;
  /** Id of the session that it was created in (`$TMUX`); undefined if its environment is unreadable. */
  readonly birth?: string;
  readonly leftOut?: string;
};

function paneKey(server: ServerReading, pane: Pane): string {
  return `${server.path}\0${pane.serverPid}\0${pane.paneId}`;
}

export function panesOf(
  inventory: Inventory,
  tree: ProcessTree,
  originOf: (process: Process) => Origin,
): ReadonlyMap<string, ScenePane> {
  const panes = new Map<string, ScenePane>();
  for (const server of inventory.servers) {
    if (!server.reading.ok) continue;
    for (const pane of server.reading.value) {
      const key = paneKey(server, pane);
      const found = pane.dead ? undefined : tree.byPid.get(pane.panePid);
      const root = found === undefined || isZombie(found) ? undefined : found;
      const origin = root === undefined ? undefined : originOf(root).tmux;
      const birth = origin?.serverPid === pane.serverPid ? `$${origin.session}` : undefined;
      const { leftOut } = server;
      if (!panes.has(key)) panes.set(key, { pane, socket: server.socket, root, birth, leftOut });
    }
  }
  return panes;
}

export function sessionsOf(inventory: Inventory, panes: ReadonlyMap<string, ScenePane>): Session[] {
  const sessions = new Map<
    string,
    { first: Pane; server: ServerReading; panes: ScenePane[]; seen: Pane[] }
  >();
  for (const server of inventory.servers) {
    if (!server.reading.ok) continue;
    for (const pane of server.reading.value) {
      const id = `${server.path}\0${pane.sessionId}`;
      const known = sessions.get(id) ?? { first: pane, server, panes: [], seen: [] };
      sessions.set(id, known);
      known.seen.push(pane);
      const own = panes.get(paneKey(server, pane));
      if (own !== undefined && !known.panes.includes(own)) known.panes.push(own);
    }
  }
  return [...sessions.values()]
    .map(({ first, server, panes: own, seen }) => ({
      key: formatKey({ kind: 'session', socket: server.socket, name: first.sessionName }),
      id: first.sessionId,
      serverPid: first.serverPid,
      socket: server.socket,
      name: first.sessionName,
      attached: Math.max(...seen.map(pane => pane.attached)),
      windows: first.windows,
      createdAt: first.createdAt,
      activityAt: Math.max(...seen.map(pane => pane.activityAt)),
      panes: own.sort((a, b) => (a.pane.paneId < b.pane.paneId ? -1 : 1)),
      leftOut: server.leftOut,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}
