/** tmux: what its servers list, and what vigil may do to a session. */
import type { Reading, ServerReading } from '../model/model.ts';

/** A tmux session by what cannot be reused: its id within one life of its server. */
export type SessionRef = {
  readonly socketPath: string;
  readonly serverPid: number;
  /** `$7` */
  readonly id: string;
  readonly name: string;
  /** Epoch milliseconds, to the second. */
  readonly createdAt: number;
};

/** A session to be created, with the program that runs in it. */
export type NewSession = {
  readonly socketPath: string;
  readonly name: string;
  readonly directory: string;
  /** `<agent id>:<uuid>`, for the option `@vigil_agent` of its pane. */
  readonly mark: string;
  readonly env: readonly (readonly [string, string])[];
  /** Program and arguments; no shell splits them. */
  readonly command: readonly string[];
};

export type SessionScreen = { readonly isDead: boolean; readonly lines: readonly string[] };

export type StartedSession = SessionRef & { readonly panePid: number };

export type TmuxServers = {
  /** True where -L or -S chose the sockets: then only these count. */
  readonly areChosen: boolean;
  /** The servers that are shown. */
  read(): Promise<readonly ServerReading[]>;
  /** These too, whichever were chosen: each gets its reading. */
  readWith(paths: readonly string[]): Promise<readonly ServerReading[]>;
  /** Servers at these sockets, and no others: for what is not shown and may hold an agent. */
  readAt(paths: readonly string[]): Promise<readonly ServerReading[]>;
};

/** The same ports, whose polls also query the servers at these sockets. */
export function withSockets<Ports extends { readonly servers: TmuxServers }>(
  ports: Ports,
  paths: readonly string[],
): Ports {
  const { servers } = ports;
  return { ...ports, servers: { ...servers, read: () => servers.readWith(paths) } };
}

export type SessionControl = {
  /** Starts a session whose pane stays when its program ends, so that its last output can be read.
   * Where the server does not answer, the session may still come to be later. */
  start(session: NewSession): Promise<Reading<StartedSession>>;
  /** Tests that it is the same session and kills it, in one command of tmux. A server that does not
   * answer makes it unknown: the command may still take effect. */
  kill(session: SessionRef): Promise<Reading<true>>;
  /** The last lines on the session's screen, and whether its program has ended. */
  readScreen(session: SessionRef): Promise<Reading<SessionScreen>>;
  /** From now on the session ends with its program. */
  clearRemainOnExit(session: SessionRef): Promise<Reading<true>>;
};
