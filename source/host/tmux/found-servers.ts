/** tmux servers that no socket of the socket directory leads to, such as those under another
 * TMUX_TMPDIR: each is queried at the socket that its process listens on. */
import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import {
  identityOf,
  type LostServer,
  type Pane,
  type Process,
  type Reading,
  type ServerReading,
} from '../../core/model/model.ts';
import type { FoundServers } from '../../core/ports/sessions.ts';
import { boundPathOf } from './lost-socket.ts';
import { isOwnSocket, untrustedDirectory } from './socket-directory.ts';
import { socketPathOf } from './socket-path.ts';

/** @property isAbsent no socket of this name was ever seen.
 * @property isUnused nothing listens on it. */
export type SocketReading = Reading<readonly Pane[]> & {
  readonly isAbsent?: true;
  readonly isUnused?: true;
};

/** Queries one socket. */
type Query = (path: string) => Promise<ServerReading & { readonly reading: SocketReading }>;

/** A server listens within a moment of its start. */
const settledMs = 2000;

export function createServerFinder(query: Query) {
  /** What servers have bound, by identity: it does not change. */
  let bound: ReadonlyMap<string, string | undefined> = new Map();
  /** Found by earlier polls, and queried from then on as any other. */
  const answering = new Map<string, Located>();
  /** Sockets that have answered in this poll, without sessions: there is nothing more to ask them. */
  let silent: ReadonlySet<string> = new Set();
  const locate = async (
    server: Process,
    spelled: string | undefined,
    shown: readonly ServerReading[],
  ): Promise<Found> => {
    if (spelled === undefined) return {};
    const located = { pid: server.pid, path: socketPathOf(spelled) };
    if (silent.has(located.path)) return {};
    const found = await look(located, shown, query);
    if (found === 'removed' || found === 'taken') {
      const { pid, start } = server;
      return { lost: { pid, start, path: located.path, isTaken: found === 'taken' } };
    }
    if (found?.reading.ok && found.leftOut === undefined)
      answering.set(identityOf(server), located);
    return { reading: found };
  };
  return {
    /** @param readings at the sockets of the directory. */
    note(readings: readonly { readonly path: string; readonly reading: SocketReading }[]) {
      const isSilent = ({ reading }: (typeof readings)[number]) =>
        reading.ok && reading.value.length === 0 && reading.isUnused !== true;
      silent = new Set(readings.filter(isSilent).map(({ path }) => path));
    },
    /** Sockets of the servers that earlier polls found. */
    known: () => [...answering.values()].map(({ path }) => path),
    /** Forgets servers that have exited, or whose socket is gone or another one's.
     * @param readings at the known sockets. @returns those of servers that are still there. */
    checked<T extends ServerReading>(readings: readonly T[]): readonly T[] {
      return readings.filter(({ path, reading }) => {
        const [identity, { pid } = { pid: 0 }] =
          [...answering].find(each => each[1].path === path) ?? [];
        const isThere = reading.ok ? isBy(pid, reading.value) : fileAt(path) !== undefined;
        if (!isThere && identity !== undefined) answering.delete(identity);
        return isThere;
      });
    },
    /** @param servers processes that no reading is of. */
    async find(
      servers: readonly Process[],
      shown: readonly ServerReading[],
    ): Promise<FoundServers> {
      const paths = servers.map(server => {
        const identity = identityOf(server);
        const path = bound.has(identity) ? bound.get(identity) : boundPathOf(server);
        return { server, identity, path };
      });
      const isKept = ({ server, path }: (typeof paths)[number]) =>
        path !== undefined || Date.now() - server.startedAt > settledMs;
      bound = new Map(paths.filter(isKept).map(({ identity, path }) => [identity, path]));
      const found = await Promise.all(paths.map(({ server, path }) => locate(server, path, shown)));
      const readings = found.flatMap(({ reading }) => reading ?? []);
      return { readings, lost: found.flatMap(({ lost }) => lost ?? []) };
    },
  };
}

type Found = { readonly reading?: ServerReading; readonly lost?: LostServer };
type Located = { readonly pid: number; readonly path: string };

/** @param shown what this poll has read. @returns what the server answers; why it cannot; or
 * nothing, if that is reported already, or nothing can be said. */
async function look(
  { pid, path }: Located,
  shown: readonly ServerReading[],
  query: Query,
): Promise<ServerReading | 'removed' | 'taken' | undefined> {
  const file = fileAt(path);
  if (file === 'unreadable') return undefined;
  if (file === undefined) return 'removed';
  const known = shown.find(each => each.path === path);
  if (known !== undefined)
    return known.reading.ok && known.reading.value.length > 0 ? 'taken' : undefined;
  if (!isOwnSocket(path)) return 'taken';
  const answer = await query(path);
  const { reading } = answer;
  const fault = untrustedDirectory(dirname(path));
  if (!reading.ok) return fault === undefined ? answer : undefined;
  if (reading.isUnused) return 'removed';
  // A server without sessions does not say its pid, and there is nothing to show.
  if (reading.value.length === 0) return undefined;
  if (!isBy(pid, reading.value)) return 'taken';
  const leftOut = 'others may use the directory of its socket (use -S)';
  return fault === undefined ? answer : { ...answer, leftOut };
}

function isBy(pid: number, panes: readonly Pane[]): boolean {
  return panes.some(({ serverPid }) => serverPid === pid);
}

function fileAt(path: string): Stats | undefined | 'unreadable' {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return 'unreadable';
  }
}
