/** Login sessions of systemd: what ends together with one. */

/** Where a process is in systemd's tree, and what is configured for its user. */
export type LoginScope = {
  readonly pid: number;
  /** The login session whose scope it is in; undefined below the user's own manager (`user@UID.service`). */
  readonly session?: string;
  /** The user's manager keeps running without a login. */
  readonly isLingering: boolean;
  /** Whether logind kills the processes of a session at its end; undefined if that is not known. */
  readonly killsProcesses?: boolean;
};

export type Logins = {
  /** @returns nothing for a process outside both, or if it cannot be read. */
  read(pid: number): LoginScope | undefined;
};
