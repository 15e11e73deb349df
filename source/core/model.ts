/** The words of the contract as types. Strings in here are raw: they come from the machine and are
 * hostile until `text/printable` has made them printable. Times are epoch milliseconds. */

import type { Origin, Process, ProcessRef } from './process.ts';

export { identityOf, type Origin, type Process, type ProcessRef } from './process.ts';

/** What a source said, or why it could not be read. An expected failure is a value. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

export type Pane = {
  readonly serverPid: number;
  readonly sessionId: string;
  readonly sessionName: string;
  readonly createdAt: number;
  readonly attached: number;
  readonly activityAt: number;
  readonly paneId: string;
  readonly panePid: number;
  /** True under `remain-on-exit`: the pid is stale. */
  readonly dead: boolean;
};

/** One tmux socket and what `list-panes -a` said there. No server is an empty list. */
export type ServerReading = {
  readonly socket: string;
  readonly path: string;
  readonly reading: Reading<readonly Pane[]>;
};

/** One agent as one registry file has it. */
export type AgentEntry = {
  readonly id: string;
  readonly type?: string;
  readonly task?: string;
  readonly parent?: string;
  readonly depth?: number;
  readonly status?: string;
  readonly progress?: number;
  readonly session?: string;
  readonly startedAt?: number;
  readonly lastUpdateAt?: number;
  readonly tracked: readonly (ProcessRef & { readonly bootId: string })[];
  /** `tracked_files` by name (`prompt_file`, `log_file`, …): paths that nobody has checked. */
  readonly files?: ReadonlyMap<string, string>;
  /** Fields that are there with a wrong type, one sentence each. */
  readonly faults: readonly string[];
};

export type RegistryScope = 'task' | 'global';

/** What a registry allows; a limit that it does not name is none. */
export type Limits = {
  /** Active agents at once: of the task, or of the whole workspace. */
  readonly concurrent?: number;
  /** Agents that may ever be spawned in the task. */
  readonly agents?: number;
  readonly depth?: number;
  /** How many were spawned so far, by the file's own count. */
  readonly spawned?: number;
};

export type RegistryContent = {
  readonly task?: string;
  readonly entries: readonly AgentEntry[];
  /** What the file itself counts as active, where it says so. */
  readonly countedActive?: number;
  readonly countedCompleted?: number;
  readonly limits?: Limits;
  /** Where the orchestrator's client works: a path that nobody has checked. */
  readonly directory?: string;
  /** Parts that make no sense and were left out, one sentence each. */
  readonly faults: readonly string[];
};

export type RegistryReading = {
  readonly path: string;
  readonly workspace: string;
  readonly scope: RegistryScope;
  readonly kind: 'json' | 'sqlite';
  readonly modifiedAt: number;
  readonly ownerUid: number;
  readonly lockedBy?: string;
  readonly reading: Reading<RegistryContent>;
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

export type RowProcess = Process & { readonly role: Role; readonly reason: string };

export type RowSession = {
  readonly socket: string;
  readonly name: string;
  readonly attached: number;
};

/** The state of one ending: waiting, asked, terminating, killing, verifying; then the outcome. */
export type Escalation = {
  readonly stage: string;
  readonly attempt: number;
  readonly of: number;
  /** Epoch milliseconds; 0 where nothing is waited for. */
  readonly deadline: number;
  /** Of an outcome: until when it is shown, epoch milliseconds. */
  readonly shownUntil?: number;
};

export type Row = {
  readonly class: RowClass;
  /** Stable across looks: `agent:…`, `session:SOCKET/NAME`, `process:PID@START`. */
  readonly key: string;
  readonly agentId?: string;
  /** Its name, where nothing that it is made of tells it any more. */
  readonly calledAs?: string;
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
  readonly evidence: readonly string[];
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
