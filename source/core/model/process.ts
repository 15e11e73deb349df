/** Processes of a machine: identity, state, and what they inherited. */

/** The value a source returned, or why it could not be read. An expected failure is a value. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

/** Identity of a process. `start` is the kernel's own start token (Linux: clock ticks since boot), kept as
 * text and only compared for equality; a pid alone is never an identity. */
export type ProcessRef = { readonly pid: number; readonly start: string };

export type Process = ProcessRef & {
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  /** Controlling terminal as a device number; 0 is none. */
  readonly tty: number;
  /** One letter, as in ps: R S D T Z … */
  readonly state: string;
  readonly threads: number;
  readonly startedAt: number;
  /** Since the previous poll, as in top; on the first poll since its start, as in ps. */
  readonly cpuPercent: number;
  readonly rssBytes: number;
  readonly uid: number;
  /** The kernel's short name (comm). */
  readonly name: string;
  readonly argv: readonly string[];
};

/** What a process inherited from its parent, and its executable. Only these few variables are ever read from
 * an environment. */
export type Origin = {
  /** The environment is unreadable, or the program has overwritten it: missing marks prove nothing. */
  readonly isUnread?: boolean;
  /** Value of VIGIL_AGENT: `<agent id>:<uuid>`. */
  readonly agentMark?: string;
  /** Marks of agent programs: exact names and values (`program-marks.ts`). */
  readonly programMarks?: ReadonlyMap<string, string>;
  readonly tmux?: TmuxOrigin;
  readonly tmuxPane?: string;
  /** The systemd service that runs it, if any. */
  readonly service?: string;
  /** It is a service of a user's own manager. */
  readonly isUserService?: boolean;
  /** The systemd scope of the tmux pane it was started in: `tmux-spawn-<uuid>.scope`. */
  readonly scope?: string;
  /** Variables that name the directories of vendors' records (`programs/vendors.ts`). */
  readonly directories?: ReadonlyMap<string, string>;
  /** Variables that other managers set for their agents (`programs/managers.ts`). */
  readonly managerMarks?: ReadonlyMap<string, string>;
  /** Variables by which terminals name themselves (`programs/terminal-marks.ts`). */
  readonly terminalMarks?: ReadonlyMap<string, string>;
  /** Path of the executable, without ` (deleted)`. */
  readonly executable?: string;
  /** The executable's name as the kernel has it, where the path cannot be read: a program can change it, and it may be cut. */
  readonly kernelName?: string;
  /** It is in a pid namespace below ours: a container or a sandbox. */
  readonly isNamespaced?: boolean;
};

/** `$TMUX`: the server, and the session that the pane was created in; renames and moves do not change it. */
export type TmuxOrigin = {
  readonly socketPath: string;
  readonly serverPid: number;
  /** The number of a session id, `$7`. */
  readonly session: number;
};

/** Open files of a process: read for few processes, never for all. */
export type Descriptors = {
  /** False if access was denied. */
  readonly isRead: boolean;
  /** Whether a peer is at the other end of its standard streams: `gone` is proof, `unread` is none. */
  readonly peer: 'gone' | 'there' | 'none' | 'unread';
  /** The writer of its input is gone and its outputs are inconclusive: proof for a server that lives by its
   * input. */
  readonly isInputGone: boolean;
  /** Its input is a pipe or a socket: another process may feed it. */
  readonly isFed: boolean;
  /** One of its standard streams is a deleted terminal. */
  readonly isTerminalDeleted: boolean;
  /** Its output goes to a regular file. */
  readonly writesToFile: boolean;
  /** It listens on a port. */
  readonly isListening: boolean;
  /** Those of the queried files that it has open for writing. */
  readonly written: readonly string[];
};

/** The text form of an identity, as used in row keys. */
export function identityOf(ref: ProcessRef): string {
  return `${ref.pid}@${ref.start}`;
}
