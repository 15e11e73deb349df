/** Processes of a machine: who they are, what a look sees of them, and what they have inherited. */

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

/** Marks that a process inherited from whoever started it. Only these few names are ever read. */
export type Origin = {
  /** Value of VIGIL_AGENT: `<agent id>:<uuid>`. */
  readonly agentMark?: string;
  /** The name of an environment variable by which an agent program marks its children. */
  readonly programMark?: string;
  readonly tmux?: { readonly socketPath: string; readonly serverPid: number };
  readonly tmuxPane?: string;
  /** The systemd service that runs it, when one does. */
  readonly service?: string;
  /** The systemd scope of the tmux pane that it was started in: `tmux-spawn-<uuid>.scope`. */
  readonly scope?: string;
};

/** The text form of an identity, as used in row keys. */
export function identityOf(ref: ProcessRef): string {
  return `${ref.pid}@${ref.start}`;
}
