/** tmux, one `list-panes -a` per server and look. */
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Pane, Reading, ServerReading } from '../core/model.ts';
import { lostSocket } from './lost-socket.ts';
import { askTmux } from './tmux-client.ts';

export type SocketChoice = {
  /** `-L NAME`: in the socket directory. */
  readonly names: readonly string[];
  /** `-S PATH`. */
  readonly paths: readonly string[];
};

export type TmuxReader = { read(): Promise<readonly ServerReading[]> };

/** tmux's own socket directory of this user (tmux.c: TMUX_TMPDIR, else /tmp). */
export function socketDirectory(env: NodeJS.ProcessEnv, uid: number): string {
  return join(env.TMUX_TMPDIR || '/tmp', `tmux-${uid}`);
}

export function createTmuxReader(directory: string, choice: SocketChoice): TmuxReader {
  // A server that does not answer keeps its former client's question: one at a time per socket.
  const pending = new Map<string, Promise<Reading<readonly Pane[]>>>();
  const left = new Set<string>();
  return {
    async read() {
      const found = socketsOf(directory, choice);
      if (!found.ok)
        return [
          { socket: directory, path: directory, reading: { ok: false, reason: found.reason } },
        ];
      const readings = await Promise.all(
        found.value.map(async path => {
          const reading = pending.get(path) ?? readSocket(path, left);
          pending.set(path, reading);
          const result = await reading.finally(() => pending.delete(path));
          return { socket: nameOf(path, directory), path, reading: result };
        }),
      );
      // A socket file that nobody listens on any more is no server, unless it was asked for.
      return readings.filter(
        each => !each.reading.ok || each.reading.value.length > 0 || isChosen(choice),
      );
    },
  };
}

/** The server that new sessions are started on: the chosen one, else the one around us, else tmux's
 * standard one. */
export function chosenSocket(
  names: readonly string[],
  paths: readonly string[],
  env: NodeJS.ProcessEnv,
): string {
  const directory = socketDirectory(env, process.getuid?.() ?? -1);
  const around = env.TMUX?.split(',')[0];
  const path = paths[0] ?? (names.length === 0 && around?.startsWith('/') ? around : undefined);
  return path === undefined ? join(directory, names[0] ?? 'default') : resolve(path);
}

function isChosen(choice: SocketChoice): boolean {
  return choice.names.length + choice.paths.length > 0;
}

function socketsOf(directory: string, choice: SocketChoice): Reading<readonly string[]> {
  if (isChosen(choice)) {
    const chosen = [...choice.names.map(name => join(directory, name)), ...choice.paths];
    const paths = new Map(chosen.map(path => [realPath(path), path]));
    return { ok: true, value: [...paths.values()] };
  }
  try {
    const names = readdirSync(directory).sort();
    return { ok: true, value: names.map(name => join(directory, name)).filter(isSocket) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { ok: true, value: [] };
    return { ok: false, reason: `its socket directory cannot be read: ${message}` };
  }
}

/** One server has one path, however it is spelled. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    return false;
  }
}

function nameOf(path: string, directory: string): string {
  return dirname(path) === directory ? basename(path) : path;
}

/** A server makes its socket and listens on it within a moment. */
const settledMs = 2000;

/** What tmux says where nobody listens on the socket, or nobody has a session. */
const noServer =
  /^(no server running|no current|no sessions|error connecting to .*\((No such file|Connection refused))/;

/** @param left sockets of servers that have ended, by identity: they are not asked again. */
async function readSocket(path: string, left: Set<string>): Promise<Reading<readonly Pane[]>> {
  let file: ReturnType<typeof statSync>;
  try {
    file = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
  if (file === undefined) {
    const reason = lostSocket(path);
    return reason === undefined ? { ok: true, value: [] } : { ok: false, reason };
  }
  if (!file.isSocket()) return { ok: false, reason: 'it is no socket' };
  const identity = `${path} ${file.ino} ${file.ctimeMs}`;
  if (left.has(identity)) return { ok: true, value: [] };
  // Random, so that no name can hold it; the only untrusted field comes last.
  const separator = `|${Math.random().toString(36).slice(2)}|`;
  const format = paneFields.map(field => `#{${field}}`).join(separator);
  const result = await askTmux(path, ['list-panes', '-a', '-F', format]);
  if (result.ok) return { ok: true, value: parsePanes(result.value, separator) };
  // One that ended while it was asked is asked again in the next look.
  if (!noServer.test(result.reason)) return result;
  // A new server makes a new socket file. One that lives without a session keeps its own.
  // A young one may be about to listen.
  const isRefused = /^no server|Connection refused/.test(result.reason);
  if (isRefused && Date.now() - file.ctimeMs > settledMs) left.add(identity);
  return { ok: true, value: [] };
}

const paneFields = [
  'pid',
  'session_id',
  'session_created',
  'session_attached',
  'window_activity',
  'pane_id',
  'pane_pid',
  'pane_dead',
  'session_name',
] as const;

/** @returns panes of the lines that have every field; times come in seconds. */
export function parsePanes(output: string, separator: string): Pane[] {
  return output.split('\n').flatMap(line => {
    const values = line.split(separator);
    if (values.length < paneFields.length) return [];
    const field = (name: (typeof paneFields)[number]) => values[paneFields.indexOf(name)] ?? '';
    return [
      {
        serverPid: Number(field('pid')),
        sessionId: field('session_id'),
        sessionName: values.slice(paneFields.length - 1).join(separator),
        createdAt: Number(field('session_created')) * 1000,
        attached: Number(field('session_attached')),
        activityAt: Number(field('window_activity')) * 1000,
        paneId: field('pane_id'),
        panePid: Number(field('pane_pid')),
        dead: field('pane_dead') === '1',
      },
    ];
  });
}
