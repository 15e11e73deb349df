/** One inventory, joined: the process tree, tmux sessions with their panes, registry records, and
 * which of these belong to each other by name. Nothing is judged here. */

import type { Inventory, Machine, Origin, Pane, Process } from '../model.ts';
import { type AgentRecord, mergeRegistries } from '../registry/merge.ts';
import { subreapers } from './known-programs.ts';
import { createProcessTree, isZombie, type ProcessTree } from './process-tree.ts';
import type { Kind, Recogniser } from './recognise.ts';

export type Session = {
  readonly key: string;
  readonly socket: string;
  readonly name: string;
  readonly attached: number;
  readonly createdAt: number;
  readonly activityAt: number;
  readonly panes: readonly Pane[];
};

export type Scene = {
  readonly inventory: Inventory;
  readonly now: number;
  readonly machine: Machine;
  readonly processes: readonly Process[];
  readonly tree: ProcessTree;
  readonly sessions: readonly Session[];
  readonly records: readonly AgentRecord[];
  /** Keys of rows whose ending is under way, or was cut off. */
  readonly ending: ReadonlySet<string>;
  readonly orphanParents: ReadonlySet<number>;
  readonly prefixes: readonly string[];
  /** vigil itself and what it started. */
  readonly own: ReadonlySet<number>;
  readonly sources: Sources;
  kindOf(process: Process): Kind;
  originOf(process: Process): Origin;
};

/** Which sources could be read: without evidence no verdict. */
export type Sources = {
  readonly processes: boolean;
  readonly tmux: boolean;
  readonly registries: boolean;
};

const noOrigin: Origin = {};

export function createScene(
  inventory: Inventory,
  recogniser: Recogniser,
  prefixes: readonly string[],
): Scene {
  // In an order of our own: what is decided must not hang on the order of a table.
  const processes = inventory.processes.ok
    ? [...inventory.processes.value].sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid)
    : [];
  const tree = createProcessTree(processes);
  const self = tree.byPid.get(inventory.machine.pid);
  return {
    inventory,
    now: inventory.takenAt,
    machine: inventory.machine,
    processes,
    tree,
    sessions: sessionsOf(inventory),
    records: mergeRegistries(inventory.registries),
    ending: new Set((inventory.endings ?? []).map(({ key }) => key)),
    orphanParents: orphanParentsOf(processes),
    prefixes,
    own: new Set(self === undefined ? [] : tree.subtreeOf(self).map(process => process.pid)),
    sources: {
      processes: inventory.processes.ok,
      tmux: inventory.servers.every(server => server.reading.ok),
      registries:
        inventory.registries.every(registry => registry.reading.ok) &&
        inventory.problems.every(problem => !problem.unread),
    },
    kindOf: recogniser,
    originOf: process => inventory.origins.get(process.pid) ?? noOrigin,
  };
}

/** Who adopts the children of the dead: pid 1, each user's `systemd --user`, known subreapers. */
export function orphanParentsOf(processes: readonly Process[]): Set<number> {
  const parents = new Set([1]);
  for (const process of processes) {
    const isUserManager = process.name === 'systemd' && process.argv.includes('--user');
    if (isUserManager || subreapers.has(process.name)) parents.add(process.pid);
  }
  return parents;
}

/** Adopted by an orphan parent, not started by it: what init starts itself shares its session. */
export function isReparented(process: Process, scene: Scene): boolean {
  if (!scene.orphanParents.has(process.ppid)) return false;
  const parent = scene.tree.byPid.get(process.ppid);
  return parent === undefined || process.sid !== parent.sid;
}

/** Processes of this user; root sees everybody's. */
export function isOurs(process: Process, machine: Machine): boolean {
  return machine.uid === 0 || process.uid === machine.uid;
}

export function isAlive(process: Process): boolean {
  return !isZombie(process);
}

/** tmux writes `_` for the two characters that its targets give a meaning. */
function asSessionName(name: string): string {
  return name.replace(/[.:]/g, '_');
}

/** The session an agent should be in: as recorded, else by the orchestrator's habit. */
export function sessionNameOf(record: AgentRecord): string {
  return asSessionName(record.entry.session || `agent_${record.entry.id}`);
}

function sessionsOf(inventory: Inventory): Session[] {
  const sessions = new Map<string, Session & { panes: Pane[] }>();
  for (const server of inventory.servers) {
    if (!server.reading.ok) continue;
    for (const pane of server.reading.value) {
      const id = `${server.path}\0${pane.sessionId}`;
      const known = sessions.get(id);
      if (known !== undefined) {
        known.panes.push(pane);
        continue;
      }
      sessions.set(id, {
        key: `session:${server.socket}/${pane.sessionName}`,
        socket: server.socket,
        name: pane.sessionName,
        attached: pane.attached,
        createdAt: pane.createdAt,
        activityAt: pane.activityAt,
        panes: [pane],
      });
    }
  }
  return [...sessions.values()]
    .map(session => ({
      ...session,
      panes: session.panes.sort((a, b) => (a.paneId < b.paneId ? -1 : 1)),
      activityAt: Math.max(...session.panes.map(pane => pane.activityAt)),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}
