/** One inventory, joined: process tree, tmux sessions with their panes, registry records, and facts about
 * each process. Nothing is judged here. */

import { groupBy } from '../model/group-by.ts';
import type {
  Descriptors,
  Inventory,
  Machine,
  Origin,
  Process,
  ServerReading,
  Sighting,
} from '../model/model.ts';
import { oncePer } from '../model/once-per.ts';
import { confirmedKind, type Kind, type Recogniser } from '../programs/recognise.ts';
import { usersProgram } from '../programs/users-programs.ts';
import { agentSession } from '../registry/agent-names.ts';
import { type AgentRecord, mergeRegistries } from '../registry/merge.ts';
import { workspaceNames } from '../rows/workspace-names.ts';
import { createProcessTree, isZombie, type ProcessTree } from './process-tree.ts';
import { panesOf, type ScenePane, type Session, sessionsOf } from './scene-sessions.ts';
import { createVendorRecords, type VendorRecords } from './vendor-records.ts';

export type { ScenePane, Session } from './scene-sessions.ts';

/** Reads the open files of processes, each at most once per poll.
 * @param dismissed pids whose pipe ends are ignored, as they may all be leftovers. */
export type Probe = (
  processes: readonly Process[],
  dismissed: readonly number[],
) => ReadonlyMap<number, Descriptors>;

export type Scene = {
  readonly inventory: Inventory;
  readonly now: number;
  readonly machine: Machine;
  readonly processes: readonly Process[];
  readonly tree: ProcessTree;
  readonly sessions: readonly Session[];
  readonly panes: readonly ScenePane[];
  /** The pane that an environment names, if it still exists on that server. */
  paneNamedBy(origin: Origin): ScenePane | undefined;
  /** By the pid of the pane's first process. */
  readonly paneByRoot: ReadonlyMap<number, ScenePane>;
  readonly records: readonly AgentRecord[];
  readonly recordByKey: ReadonlyMap<string, AgentRecord>;
  readonly sightings: readonly Sighting[];
  readonly vendorRecords: VendorRecords;
  /** By path, if there are several. */
  readonly workspaceNames: ReadonlyMap<string, string>;
  /** Keys of rows whose termination is running or was interrupted. */
  readonly ending: ReadonlySet<string>;
  readonly prefixes: readonly string[];
  /** How long an agent may still run after its entry became terminal, milliseconds. */
  readonly graceMs: number;
  /** vigil itself and its children. */
  readonly own: ReadonlySet<number>;
  readonly sources: Sources;
  kindOf(process: Process): Kind;
  originOf(process: Process): Origin;
  /** Kind of users' program, such as `an editor`; undefined if it is none. */
  usersProgramOf(process: Process): string | undefined;
  /** Unread descriptors give no evidence. */
  descriptorsOf(process: Process): Descriptors;
  /** Reads the open files of these for `descriptorsOf`. */
  probe(processes: readonly Process[], dismissed?: readonly number[]): void;
};

/** Which sources could be read: no evidence, no verdict. */
export type Sources = {
  readonly processes: boolean;
  readonly tmux: boolean;
  readonly registries: boolean;
};

export type SceneRules = {
  readonly recogniser: Recogniser;
  readonly sessionPrefixes: readonly string[];
  readonly graceMs?: number;
};

const noOrigin: Origin = { isUnread: true };

export const unreadDescriptors: Descriptors = {
  isRead: false,
  peer: 'unread',
  isInputGone: false,
  isFed: false,
  isTerminalDeleted: false,
  writesToFile: false,
  isListening: false,
  written: [],
};

export const noProbe: Probe = () => new Map();

/** How long an agent may still run after its entry became terminal. */
export const standardGraceMs = 10_000;

export function createScene(given: Inventory, rules: SceneRules, probe = noProbe): Scene {
  const { recogniser, sessionPrefixes, graceMs = standardGraceMs } = rules;
  // Sorted, so that no decision depends on the order of a table.
  const inventory = { ...given, servers: inOrder(given.servers) };
  const processes = inventory.processes.ok
    ? [...inventory.processes.value].sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid)
    : [];
  const tree = createProcessTree(processes);
  const self = tree.byPid.get(inventory.machine.pid);
  const originOf = (process: Process) => inventory.origins.get(process.pid) ?? noOrigin;
  const panes = panesOf(inventory, tree, originOf);
  const byNumber = new Map(
    [...panes.values()].map(each => [`${each.pane.serverPid} ${each.pane.paneId}`, each] as const),
  );
  const records = mergeRegistries(inventory.registries);
  const vendorRecords = createVendorRecords(inventory, tree, recogniser);
  // Tree walks query the same ancestors again and again.
  const usersPrograms = new Map<number, { readonly program?: string }>();
  const descriptors = new Map<number, Descriptors>();
  return {
    inventory,
    now: inventory.takenAt,
    machine: inventory.machine,
    processes,
    tree,
    panes: [...panes.values()],
    paneNamedBy: ({ tmux, tmuxPane }) =>
      tmux === undefined ? undefined : byNumber.get(`${tmux.serverPid} ${tmuxPane}`),
    paneByRoot: new Map(
      [...panes.values()].flatMap(each =>
        each.root === undefined ? [] : [[each.root.pid, each] as const],
      ),
    ),
    sessions: sessionsOf(inventory, panes),
    records,
    recordByKey: recordsByKey(records),
    sightings: inventory.sightings ?? [],
    vendorRecords,
    workspaceNames: namesOf(inventory),
    ending: new Set((inventory.endings ?? []).map(({ key }) => key)),
    prefixes: sessionPrefixes,
    graceMs,
    own: new Set(self === undefined ? [] : tree.subtreeOf(self).map(process => process.pid)),
    sources: {
      processes: inventory.processes.ok,
      tmux: inventory.servers.every(server => server.reading.ok || server.leftOut !== undefined),
      registries:
        inventory.registries.every(registry => registry.reading.ok) &&
        inventory.problems.every(problem => !problem.unread),
    },
    // A spare that serves a session keeps the arguments of a spare.
    kindOf(process) {
      const kind = vendorRecords.kindOf(process);
      return kind.kind === 'infrastructure' || kind.kind === 'tmux server'
        ? confirmedKind(kind, inventory.origins.get(process.pid))
        : kind;
    },
    originOf,
    usersProgramOf(process) {
      const known = usersPrograms.get(process.pid);
      if (known !== undefined) return known.program;
      const origin = inventory.origins.get(process.pid);
      const program = origin && usersProgram(process, origin);
      usersPrograms.set(process.pid, { program });
      return program;
    },
    descriptorsOf: process => descriptors.get(process.pid) ?? unreadDescriptors,
    probe(wanted, dismissed = []) {
      const missing = wanted.filter(process => !descriptors.has(process.pid));
      if (missing.length === 0) return;
      for (const [pid, read] of probe(missing, dismissed)) descriptors.set(pid, read);
    },
  };
}

const recordsByKey = oncePer(
  (records: readonly AgentRecord[]): ReadonlyMap<string, AgentRecord> =>
    new Map(records.map(record => [record.key, record])),
);

/** @returns records by the session that they name. */
export const recordsBySession = oncePer(
  (records: readonly AgentRecord[]): ReadonlyMap<string, readonly AgentRecord[]> =>
    groupBy(records, sessionNameOf),
);

/** Also of those that are only shown. */
function namesOf({ workspaces, foreign }: Inventory): ReadonlyMap<string, string> {
  const all = [...new Set([...workspaces, ...(foreign?.keys() ?? [])])];
  return all.length > 1 ? workspaceNames(all) : new Map();
}

function inOrder(servers: readonly ServerReading[]): readonly ServerReading[] {
  const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return [...servers]
    .sort((a, b) => compare(a.path, b.path))
    .map(server => {
      if (!server.reading.ok) return server;
      const value = [...server.reading.value].sort(
        (a, b) => compare(a.sessionId, b.sessionId) || compare(a.paneId, b.paneId),
      );
      return { ...server, reading: { ok: true, value } };
    });
}

/** Processes of this user; for root, all. */
export function isOurs(process: Process, machine: Machine): boolean {
  return machine.uid === 0 || process.uid === machine.uid;
}

export function isAlive(process: Process): boolean {
  return !isZombie(process);
}

/** A shell that waits for input, not one that runs a command. */
export function isInteractiveShell(process: Process, scene: Pick<Scene, 'kindOf'>): boolean {
  const isShell = scene.kindOf(process).kind === 'shell';
  return isShell && !process.argv.some(word => /^-[a-z]*c$/.test(word));
}

/** tmux writes `_` for the two characters that are special in its targets. */
export function asSessionName(name: string): string {
  return name.includes('.') || name.includes(':') ? name.replace(/[.:]/g, '_') : name;
}

/** The session an agent should be in: as recorded, else by the orchestrator's naming scheme. */
export function sessionNameOf(record: AgentRecord): string {
  return asSessionName(record.entry.session || agentSession(record.entry.id));
}

/** Its session's name is exactly an agent prefix and its id: a registry may name any other session. */
export function hasOwnName(record: AgentRecord, prefixes: readonly string[]): boolean {
  const name = sessionNameOf(record);
  return prefixes.some(prefix => name === asSessionName(`${prefix}${record.entry.id}`));
}
