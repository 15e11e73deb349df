/** The terms of docs/usage.md as types. Strings are raw: they come from the machine and are hostile until
 * `text/printable` has made them printable. Times are epoch milliseconds. */

import type { Evidence } from '../evidence/evidence.ts';
import type { Escalation } from '../termination/progress.ts';
import type { FarPlace, Machine, Vitals } from './machine.ts';
import type { ManagerReading } from './managed.ts';
import type { LostServer, Pane, ServerReading } from './panes.ts';
import type { Origin, Process, ProcessRef, Reading } from './process.ts';
import type { RegistryReading, RegistrySummary, Task } from './recorded.ts';
import type { Growth, Trend } from './usage-over-time.ts';
import type { RecorderReading, RecordOwner } from './vendor-record.ts';

export type { Machine, Vitals } from './machine.ts';
export type { LostServer, Pane, ServerReading } from './panes.ts';
export {
  type Descriptors,
  identityOf,
  type Origin,
  type Process,
  type ProcessRef,
  type Reading,
} from './process.ts';
export type {
  AgentEntry,
  EntryFault,
  Limits,
  RegistryContent,
  RegistryReading,
  RegistryScope,
  RegistrySummary,
  Task,
} from './recorded.ts';

/** Kill set of a row that a vigil (pid `by`) is terminating, or was when it was killed. */
export type KillNote = {
  readonly key: string;
  readonly by: number;
  readonly processes: readonly ProcessRef[];
  /** The stage it has reached, if reported. */
  readonly escalation?: Escalation;
};

/** A session proven to be an agent's: it is still known after a rename. */
export type Sighting = {
  readonly serverPid: number;
  readonly serverStart: string;
  /** `$7` */
  readonly sessionId: string;
  readonly workspace: string;
  readonly task?: string;
  readonly agentId: string;
};

/** A process that vigil has recorded as an agent's, when its tree, pane or mark proved it. */
export type Tracked = ProcessRef & { readonly workspace: string; readonly agentId: string };

/** Everything that one poll read: raw and unjudged. */
export type Inventory = {
  readonly takenAt: number;
  readonly tookMs: number;
  readonly machine: Machine;
  readonly workspaces: readonly string[];
  readonly vitals?: Vitals;
  readonly processes: Reading<readonly Process[]>;
  /** By pid of this poll's processes; candidates only. */
  readonly origins: ReadonlyMap<number, Origin>;
  readonly servers: readonly ServerReading[];
  /** True if sockets were chosen (-L, -S): then only these count. */
  readonly serversChosen: boolean;
  /** Servers of this user that no socket leads to. */
  readonly lostServers?: readonly LostServer[];
  readonly registries: readonly RegistryReading[];
  /** Registries of other workspaces, in whose projects agents work whose sessions our entries name too. */
  readonly elsewhere?: readonly RegistryReading[];
  /** Working directories of agent programs, by pid. */
  readonly directories?: ReadonlyMap<number, string>;
  /** What vendors' programs record about their agents. */
  readonly recorders?: readonly RecorderReading[];
  /** What other managers record about their sessions. */
  readonly managed?: readonly ManagerReading[];
  /** Terminations that were started and are not confirmed as finished. */
  readonly endings?: readonly KillNote[];
  /** Sessions of agents, stored by an earlier run. */
  readonly sightings?: readonly Sighting[];
  /** Processes of agents, stored by an earlier run. */
  readonly tracked?: readonly Tracked[];
  /** Workspaces that were discovered and are not ours: shown, and acted on only if named. */
  readonly foreign?: ReadonlyMap<string, string>;
  /** Other unreadable sources, such as a missing workspace. */
  readonly problems: readonly Problem[];
};

export const rowClasses = [
  'live',
  'undead',
  'ghost',
  'husk',
  'orphan',
  'interactive',
  'host',
  'zombie',
  'unknown',
  'ended',
] as const;
export type RowClass = (typeof rowClasses)[number];

export type Role = 'agent' | 'support' | 'mcp' | 'child';

/** A member of a row. @property reason evidence for its membership. */
export type RowProcess = Process & { readonly role: Role; readonly reason: Evidence };

/** Of an orphan: whether its agent is proven to be gone. */
export type Confidence = 'proven' | 'suspected';

export type RowSession = {
  readonly socket: string;
  readonly name: string;
  readonly attached: number;
  readonly windows?: number;
  /** Of its tmux server. */
  readonly serverPid?: number;
};

export type Row = {
  readonly class: RowClass;
  /** Only in a fleet: the host that it is on. Its `key` is unique in the fleet. */
  readonly far?: FarPlace;
  /** Stable across polls; `formatKey` of what the row is about. */
  readonly key: string;
  readonly agentId?: string;
  /** Label kept from an earlier poll, if its members no longer yield one. */
  readonly previousLabel?: string;
  /** While it is being ended and its outcome is shown: it keeps the place that it had before. */
  readonly sortedAs?: Row;
  readonly type?: string;
  /** Workspace whose registries record it. */
  readonly workspace?: string;
  /** Its short name, if there are several. */
  readonly workspaceName?: string;
  readonly task?: string;
  readonly parent?: string;
  readonly depth?: number;
  readonly status?: string;
  readonly progress?: number;
  /** What its vendor records: `busy`, `idle`, `waiting`, `shell`. */
  readonly activity?: string;
  /** Its agent program: claude, codex, … */
  readonly program?: string;
  /** Working directory, title of the conversation, and recorders that list it. */
  readonly cwd?: string;
  readonly title?: string;
  readonly recordedBy?: readonly string[];
  /** Of a host: pids of the agents that it serves. */
  readonly clients?: readonly number[];
  /** What would bring it back. */
  readonly owner?: RecordOwner;
  readonly session?: RowSession;
  readonly processes: readonly RowProcess[];
  /** TCP ports that its processes listen on; read only for a filter that names ports. */
  readonly ports?: readonly number[];
  readonly cpuPercent: number;
  readonly rssBytes: number;
  readonly startedAt?: number;
  readonly lastActivityAt?: number;
  readonly escalation?: Escalation;
  readonly evidence: readonly Evidence[];
  /** Of orphans only. */
  readonly confidence?: Confidence;
  /** Why no bulk command ends it, beyond its class. */
  readonly spared?: Evidence;
  /** Why its session is kept after it is ended, if it is. */
  readonly keepsSession?: Evidence;
  /** Key of the row whose session and processes these are: another entry that names the same session owns them. */
  readonly sharedWith?: string;
  /** Panes that it owns. */
  readonly panes?: readonly Pane[];
  /** Basis of the verdict: class, roots and record state. */
  readonly verdict?: string;
  /** When polls began to agree on that verdict, epoch milliseconds. */
  readonly agreedSince?: number;
  /** On the screen only: just appeared, or just gone. */
  readonly mark?: 'new' | 'gone';
  readonly growth?: Growth;
  /** On the screen only: the last minutes. */
  readonly trend?: Trend;
};

/** A problem to show the user. `unread` marks a source that could not be read at all (exit code 5); the
 * others are notes on what was read. */
export type Problem = {
  readonly source: 'tmux' | 'processes' | 'registry' | 'recorder' | 'workspace' | 'vigil';
  readonly message: string;
  /** Path of the file concerned, if any. */
  readonly about?: string;
  readonly unread: boolean;
};

export type Totals = Readonly<Record<RowClass, number>> & {
  readonly cpuPercent: number;
  readonly rssBytes: number;
  /** What ending undead rows, husks and orphans would free. */
  readonly reclaimableBytes: number;
};

/** The result of one poll, with its evidence. */
export type Snapshot = {
  readonly takenAt: number;
  readonly tookMs: number;
  readonly machine: Machine;
  readonly vitals?: Vitals;
  readonly workspaces: readonly string[];
  /** Names of the machines of a fleet, if there is one. */
  readonly hosts?: readonly string[];
  readonly rows: readonly Row[];
  readonly registries: readonly RegistrySummary[];
  /** Each once. */
  readonly tasks?: readonly Task[];
  readonly totals: Totals;
  readonly problems: readonly Problem[];
  /** Rows that wait for a second poll that agrees. */
  readonly unsettled: number;
};
