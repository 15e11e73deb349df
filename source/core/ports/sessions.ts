/** tmux: listing servers and controlling sessions. */
import type { PaneRef } from '../model/inspection.ts';
import type { LostServer, Process, Reading, ServerReading } from '../model/model.ts';

/** A tmux session identified by its id and server pid, which are not reused together. */
export type SessionRef = {
  readonly socketPath: string;
  readonly serverPid: number;
  /** `$7` */
  readonly id: string;
  readonly name: string;
  /** Epoch milliseconds, to the second. */
  readonly createdAt: number;
};

/** A session to create, with the program that runs in it. */
export type NewSession = {
  readonly socketPath: string;
  readonly name: string;
  readonly directory: string;
  /** `<agent id>:<uuid>`, set as the pane option `@vigil_agent`. */
  readonly mark: string;
  readonly env: readonly (readonly [string, string])[];
  /** Program and arguments, not parsed by a shell. */
  readonly command: readonly string[];
};

export type SessionScreen = { readonly isDead: boolean; readonly lines: readonly string[] };

export type StartedSession = SessionRef & { readonly panePid: number };

export type TmuxServers = {
  /** True if -L or -S selected the sockets; only these are shown. */
  readonly areChosen: boolean;
  /** The servers that are shown.
   * @param mayBeKept the last answer of a server may be used, if it has not run since and for a few seconds at most. */
  read(how?: { readonly mayBeKept?: boolean }): Promise<readonly ServerReading[]>;
  /** Also queries these sockets, whatever was selected; each gets a reading. */
  readWith(paths: readonly string[]): Promise<readonly ServerReading[]>;
  /** Queries servers that no reading of a poll is of, each at the socket that its process listens on.
   * @param shown what that poll has read. */
  find(servers: readonly Process[], shown: readonly ServerReading[]): Promise<FoundServers>;
};

/** @property readings one for each server that could be queried. `leftOut` says why the socket is not trusted:
 * then no verdict rests on it. */
export type FoundServers = {
  readonly readings: readonly ServerReading[];
  readonly lost: readonly LostServer[];
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
  /** Starts a session with `remain-on-exit`, so that the output of a failed program can be read.
   * If the server does not answer, it may still create the session later. */
  start(session: NewSession): Promise<Reading<StartedSession>>;
  /** Verifies the session's identity and kills it in one tmux command. If the server does not
   * answer, the outcome is unknown: the command may still take effect. */
  kill(session: SessionRef): Promise<Reading<true>>;
  /** The last lines on the session's screen, and whether its program has ended. */
  readScreen(session: SessionRef): Promise<Reading<SessionScreen>>;
  /** Presses Escape in a pane. */
  interrupt(pane: PaneRef): Promise<Reading<true>>;
  /** Has a server recreate its removed socket file, and waits until it answers there. The server's identity is
   * verified first; a path that another server has is left alone. */
  recreateSocket(server: LostServer): Promise<Reading<true>>;
  /** Has a server reap children whose exit it has missed. Its identity is verified first. */
  reapChildren(server: Pick<SessionRef, 'socketPath' | 'serverPid'>): Promise<Reading<true>>;
  /** Lets the session close when its program exits. */
  clearRemainOnExit(session: SessionRef): Promise<Reading<true>>;
};
