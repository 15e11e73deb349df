/** The words of docs/usage.md as types. Strings in here are raw: they come from the machine and are
 * hostile until `text/printable` has made them printable. Times are epoch milliseconds. */

import type { Evidence } from '../evidence/evidence.ts';
import type { Escalation } from '../termination/progress.ts';
import type { Origin, Process, ProcessRef, Reading } from './process.ts';
import type { RegistryReading, RegistryScope } from './recorded.ts';

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
} from './recorded.ts';

export type Pane = {
  readonly serverPid: number;
  readonly sessionId: string;
  readonly sessionName: string;
  readonly createdAt: number;
  /** Clients that see it: by its session, by a grouped one, or by a window that is linked elsewhere. */
  readonly attached: number;
  readonly activityAt: number;
  readonly paneId: string;
  readonly panePid: number;
  /** True under `remain-on-exit`: the pid is stale. */
  readonly dead: boolean;
  /** The pane's option `@vigil_agent`: `<agent id>:<uuid>:<pane pid>`, set by deploy. */
  readonly agentOption?: string;
};

/** One tmux socket and what `list-panes -a` said there. No server is an empty list. */
export type ServerReading = {
  readonly socket: string;
  readonly path: string;
  readonly reading: Reading<readonly Pane[]>;
  /** Not one of those that are shown and acted on, and why; asked all the same: what is there is no absence. */
  readonly leftOut?: string;
};

export type Machine = {
  readonly host: string;
  readonly bootId: string;
  readonly uid: number;
  /** vigil's own pid: it and what it started are never rows. */
  readonly pid: number;
  /** Made up: nothing of it is real. */
  readonly isDemo?: boolean;
};

/** How the machine is, and what vigil itself takes of it. */
export type Vitals = {
  /** Run queue over the last minute. */
  readonly load: number;
  readonly cores: number;
  readonly memoryBytes: number;
  /** What can be had without swapping. */
  readonly availableBytes: number;
  /** Of one core, since the look before; the first has none. */
  readonly ownCpuPercent?: number;
  readonly ownRssBytes: number;
};

/** The kill set of a row that a vigil (`by`, its pid) ends, or did when it was killed. */
export type Noted = {
  readonly key: string;
  readonly by: number;
  readonly processes: readonly ProcessRef[];
  /** How far it is, where it tells. */
  readonly escalation?: Escalation;
};

/** A session that was proven to be an agent's: a rename later loses nothing. */
export type Sighting = {
  readonly serverPid: number;
  readonly serverStart: string;
  /** `$7` */
  readonly sessionId: string;
  readonly workspace: string;
  readonly task?: string;
  readonly agentId: string;
};

/** One look at the machine: raw and unjudged. */
export type Inventory = {
  readonly takenAt: number;
  readonly tookMs: number;
  readonly machine: Machine;
  readonly workspaces: readonly string[];
  readonly vitals?: Vitals;
  readonly processes: Reading<readonly Process[]>;
  /** By pid of this look's processes; only candidates are in it. */
  readonly origins: ReadonlyMap<number, Origin>;
  readonly servers: readonly ServerReading[];
  /** True when the person chose sockets (-L, -S): then only these count. */
  readonly serversChosen: boolean;
  readonly registries: readonly RegistryReading[];
  /** Endings that were begun and have not been seen to be over. */
  readonly endings?: readonly Noted[];
  /** Sessions of agents that an earlier run has seen. */
  readonly sightings?: readonly Sighting[];
  /** Workspaces that were found and are not ours: shown, and acted on only where they are named. */
  readonly foreign?: ReadonlyMap<string, string>;
  /** What else could not be read, such as a workspace that is not there. */
  readonly problems: readonly Problem[];
};

export const rowClasses = [
  'live',
  'undead',
  'ghost',
  'husk',
  'orphan',
  'interactive',
  'zombie',
  'unknown',
  'ended',
] as const;
export type RowClass = (typeof rowClasses)[number];

export type Role = 'agent' | 'support' | 'mcp' | 'child';

/** A member of a row. @property reason why it is one. */
export type RowProcess = Process & { readonly role: Role; readonly reason: Evidence };

/** Of an orphan: whether it is proven that its agent is gone. */
export type Confidence = 'proven' | 'suspected';

export type RowSession = {
  readonly socket: string;
  readonly name: string;
  readonly attached: number;
};

export type Row = {
  readonly class: RowClass;
  /** Stable across looks: `agent:…`, `session:SOCKET/NAME`, `process:PID@START`. */
  readonly key: string;
  readonly agentId?: string;
  /** Its name, where nothing that it is made of tells it any more. */
  readonly previousLabel?: string;
  readonly type?: string;
  /** Whose registries record it. */
  readonly workspace?: string;
  readonly task?: string;
  readonly parent?: string;
  readonly depth?: number;
  readonly status?: string;
  readonly progress?: number;
  readonly session?: RowSession;
  readonly processes: readonly RowProcess[];
  readonly cpuPercent: number;
  readonly rssBytes: number;
  readonly startedAt?: number;
  readonly lastActivityAt?: number;
  readonly escalation?: Escalation;
  readonly evidence: readonly Evidence[];
  /** Of orphans only. */
  readonly confidence?: Confidence;
  /** Why no bulk verb ends it, beyond its class. */
  readonly spared?: Evidence;
  /** Its session goes on after its end, and why. */
  readonly keepsSession?: Evidence;
  /** Panes that are its own. */
  readonly panes?: readonly Pane[];
  /** What the verdict rests on: class, roots and the state of the record. */
  readonly verdict?: string;
  /** Since when every poll has agreed on that verdict, epoch milliseconds. */
  readonly agreedSince?: number;
  /** On the screen only: just come, or just gone. */
  readonly mark?: 'new' | 'gone';
  readonly growth?: Growth;
};

/** Memory that grows fast. */
export type Growth = {
  readonly bytesPerSecond: number;
  /** When the machine has none left, if it goes on like this. */
  readonly fullInMs?: number;
};

/** Something that stands between the person and the truth. `unread` marks a source that could not
 * be read at all (exit code 5); the others are remarks on what was read. */
export type Problem = {
  readonly source: 'tmux' | 'processes' | 'registry' | 'workspace' | 'vigil';
  readonly message: string;
  /** Path of the file that it is about, where it is about one. */
  readonly about?: string;
  readonly unread: boolean;
};

export type RegistrySummary = {
  readonly path: string;
  readonly kind: 'json' | 'sqlite';
  readonly scope: RegistryScope;
  readonly ok: boolean;
  readonly agents: number;
  readonly recordedActive: number;
  /** Not known where a source could not be read. */
  readonly actualActive?: number;
  readonly lockedBy?: string;
};

export type Totals = Readonly<Record<RowClass, number>> & {
  readonly cpuPercent: number;
  readonly rssBytes: number;
  /** What ending undead, husks and orphans would free. */
  readonly reclaimableBytes: number;
};

/** What vigil claims about one look, with the evidence for it. */
export type Snapshot = {
  readonly takenAt: number;
  readonly tookMs: number;
  readonly machine: Machine;
  readonly vitals?: Vitals;
  readonly workspaces: readonly string[];
  readonly rows: readonly Row[];
  readonly registries: readonly RegistrySummary[];
  readonly totals: Totals;
  readonly problems: readonly Problem[];
  /** Rows that wait for a second look that agrees. */
  readonly unsettled: number;
};
