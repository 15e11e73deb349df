/** What other managers of agents record about their sessions. Strings are raw. */

/** Programs that start agents in sessions of their own and have a command that stops them. */
export const managerKinds = [
  'agent-deck',
  'agent-of-empires',
  'workmux',
  'gas-town',
  'claude-squad',
  'systemd-unit',
] as const;
export type ManagerKind = (typeof managerKinds)[number];

/** One session, pane or group of sessions in a manager's state. */
export type ManagerRecord = {
  readonly manager: ManagerKind;
  /** Its name for the session; of Gas Town the rig, empty for the town itself. */
  readonly id: string;
  /** The exact name of its tmux session. */
  readonly session?: string;
  /** Its session begins and ends so. */
  readonly ends?: { readonly start: string; readonly end: string };
  /** The tmux pane, where it records that. */
  readonly pane?: ManagedPane;
  /** What the manager keeps apart: a profile, or the prefix of a rig's sessions. */
  readonly group?: string;
  /** Name of the tmux window, where the manager has windows rather than sessions. */
  readonly window?: string;
  /** Where its command has to be run. */
  readonly directory?: string;
  /** The state file. */
  readonly path: string;
};

export type ManagedPane = {
  readonly socketPath: string;
  /** `%3` */
  readonly id: string;
  readonly pid: number;
};

/** A directory in which a manager keeps its state. */
export type ManagerDirectory = {
  readonly manager: ManagerKind;
  readonly path: string;
  /** Owner that its files must have. */
  readonly uid: number;
};

/** What one directory has. */
export type ManagerReading = ManagerDirectory & {
  readonly records: readonly ManagerRecord[];
  /** Files that were skipped, one sentence each. */
  readonly faults: readonly string[];
};
