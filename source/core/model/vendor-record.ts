/** What vendors' programs record about their own agents and daemons. Undocumented by the vendors, as observed
 * in Claude Code 2.1 and Codex 0.169 (November 2026). Strings are raw. */
import type { ManagerKind } from './managed.ts';
import type { ProcessRef, Reading } from './process.ts';

/** The sources, in the order in which the status and the title of an agent are taken from them. */
export const recorderNames = [
  'claude-sessions',
  'claude-background',
  'claude-teams',
  'codex-daemon',
  'codex-threads',
] as const;
export type RecorderName = (typeof recorderNames)[number];

export type Vendor = 'claude' | 'codex';

export type VendorRecord = {
  readonly recorder: RecorderName;
  readonly vendor: Vendor;
  /** Of the session, job, thread, member or daemon; unique within its recorder and directory. */
  readonly id: string;
  /** A host serves several agents: a daemon, a pty host. An updater serves the daemon. */
  readonly role: 'agent' | 'host' | 'updater';
  /** `start` as the kernel has it. Without it the record binds to no process. */
  readonly identity?: ProcessRef;
  /** Its pid belongs to another pid namespace or machine: nothing is known about the process. */
  readonly isElsewhere?: true;
  /** The conversation: a resumed session has a new process and the same conversation. */
  readonly conversation?: string;
  /** `%3`; the socket is not recorded. */
  readonly pane?: string;
  readonly cwd?: string;
  /** As recorded: busy, idle, waiting, shell; or the state of a job. */
  readonly status?: string;
  /** Title or name of the session. */
  readonly title?: string;
  /** When it was written, epoch milliseconds. */
  readonly at?: number;
  /** Runs below its vendor's daemon, without a terminal of a user. */
  readonly isBackground?: true;
  /** Recorded as done, failed or stopped. */
  readonly isFinished?: true;
  readonly owner?: RecordOwner;
  readonly path: string;
};

/** What brings an agent back when it dies, and how it is told to stop it. */
export type RecordOwner = {
  readonly kind: 'claude-daemon' | 'codex-daemon' | ManagerKind;
  readonly pid?: number;
  /** Its name for the agent: a job, a thread, a session or a unit. */
  readonly id: string;
  /** Where it records that. */
  readonly directory: string;
  /** Program and arguments; undefined if there is no way to stop one client. */
  readonly stop?: readonly string[];
  /** Of a manager other than a vendor's daemon. */
  readonly managed?: ManagedBy;
};

/** What is known of an agent that another manager has started. */
export type ManagedBy = {
  /** Only a name suggests it. */
  readonly isSuspected?: true;
  /** What `stop` ends, in words. */
  readonly ends?: string;
  /** Why there is no `stop`, in words. */
  readonly whyNotAsked?: string;
  /** Where `stop` has to be run. */
  readonly cwd?: string;
  /** The pane that it has started the agent in. */
  readonly pane?: {
    readonly socketPath: string;
    readonly session: string;
    /** Of a manager that has panes rather than sessions. */
    readonly id?: string;
  };
};

/** A directory in which a vendor's programs keep their records. */
export type VendorDirectory = {
  readonly vendor: Vendor;
  readonly path: string;
  /** Owner that its files must have. */
  readonly uid: number;
};

/** What one recorder has in one directory; or why it could not be read. */
export type RecorderReading = {
  readonly recorder: RecorderName;
  readonly directory: string;
  readonly uid: number;
  readonly reading: Reading<readonly VendorRecord[]>;
  /** Files that were skipped, one sentence each. */
  readonly faults: readonly string[];
};
