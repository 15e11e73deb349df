/** What tmux servers say: their sessions' panes. */
import type { ProcessRef, Reading } from './process.ts';

export type Pane = {
  readonly serverPid: number;
  readonly sessionId: string;
  readonly sessionName: string;
  readonly createdAt: number;
  /** Clients that see it: by its session, a grouped one, or a window linked elsewhere. */
  readonly attached: number;
  /** Of its session. */
  readonly windows?: number;
  readonly activityAt: number;
  readonly paneId: string;
  readonly panePid: number;
  /** True under `remain-on-exit`: the pid is stale. */
  readonly dead: boolean;
  /** The pane's option `@vigil_agent`: `<agent id>:<uuid>:<pane pid>`, set by deploy. */
  readonly agentOption?: string;
};

/** One tmux socket and its `list-panes -a` output. No server is an empty list. */
export type ServerReading = {
  readonly socket: string;
  readonly path: string;
  readonly reading: Reading<readonly Pane[]>;
  /** Why it is excluded from the view, if it is. It is queried all the same, so that its agents are not
   * reported as gone. */
  readonly leftOut?: string;
};

/** A tmux server that cannot be queried: its socket file was removed, or its path is another server's now. */
export type LostServer = ProcessRef & { readonly path: string; readonly isTaken: boolean };
