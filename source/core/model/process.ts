/** Processes of a machine: who they are, what a look sees of them, and what they have inherited. */

/** What a source said, or why it could not be read. An expected failure is a value. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

/** Who a process is. `start` is the kernel's own start token (Linux: clock ticks since boot), kept
 * as text and only compared for equality; a pid alone is never an identity. */
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
  /** Over the time since the former look, as in top; on the first look since its start, as in ps. */
  readonly cpuPercent: number;
  readonly rssBytes: number;
  readonly uid: number;
  /** The kernel's short name (comm). */
  readonly name: string;
  readonly argv: readonly string[];
};

/** What a process inherited from what started it, and what it runs from. Of an environment only these few
 * names are ever read. */
export type Origin = {
  /** The environment could not be read, or its program has overwritten it: no mark then says nothing. */
  readonly isUnread?: boolean;
  /** Value of VIGIL_AGENT: `<agent id>:<uuid>`. */
  readonly agentMark?: string;
  /** Marks of agent programs by their exact names, with their values (`program-marks.ts`). */
  readonly programMarks?: ReadonlyMap<string, string>;
  readonly tmux?: TmuxOrigin;
  readonly tmuxPane?: string;
  /** The systemd service that runs it, when one does. */
  readonly service?: string;
  /** The systemd scope of the tmux pane that it was started in: `tmux-spawn-<uuid>.scope`. */
  readonly scope?: string;
  /** The file it runs from, without ` (deleted)`. */
  readonly executable?: string;
  /** It has a pid namespace of its own below ours: a container or a sandbox. */
  readonly isNamespaced?: boolean;
};

/** `$TMUX`: the server, and the session that the pane was made in, which renames and moves do not change. */
export type TmuxOrigin = {
  readonly socketPath: string;
  readonly serverPid: number;
  /** The number of a session id, `$7`. */
  readonly session: number;
};

/** What a process has open: read for few processes, never for all. */
export type Descriptors = {
  /** False where they may not be read. */
  readonly isRead: boolean;
  /** Whether anything is at the other end of its standard streams: `gone` is proof, `unread` is none. */
  readonly peer: 'gone' | 'there' | 'none' | 'unread';
  /** What fed its input is gone, and its outputs say nothing: that is proof for a server that lives by its input. */
  readonly isInputGone: boolean;
  /** Its input comes from a pipe or a socket: something else may feed it. */
  readonly isFed: boolean;
  /** One of its standard streams is a terminal that is no longer there. */
  readonly isTerminalDeleted: boolean;
  /** Its output goes to a regular file. */
  readonly writesToFile: boolean;
  /** It listens on a port. */
  readonly isListening: boolean;
  /** Files it has open for writing, of those that were asked about. */
  readonly written: readonly string[];
};

/** The text form of an identity, as used in row keys. */
export function identityOf(ref: ProcessRef): string {
  return `${ref.pid}@${ref.start}`;
}
