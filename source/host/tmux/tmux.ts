/** Reads tmux servers, with one `list-panes -a` per server and poll. */
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Pane, Reading, ServerReading } from '../../core/model/model.ts';
import type { TmuxServers } from '../../core/ports/sessions.ts';
import { codeOf, tryTo } from '../run/try-to.ts';
import { createServerFinder, type SocketReading } from './found-servers.ts';
import { createKeptAnswers, type KeptAnswers } from './kept-answers.ts';
import { lostSocket } from './lost-socket.ts';
import { socketDirectory, untrustedDirectory } from './socket-directory.ts';
import { socketPathOf } from './socket-path.ts';
import { askTmux } from './tmux-client.ts';

export type SocketChoice = {
  /** `-L NAME`: in the socket directory. */
  readonly names: readonly string[];
  /** `-S PATH`. */
  readonly paths: readonly string[];
};

export function createTmuxServers(directory: string, choice: SocketChoice): TmuxServers {
  // A hung server keeps its client waiting, so there is one query at a time per socket.
  const pending = new Map<string, Promise<SocketReading>>();
  const known: KnownSockets = { exited: new Set(), seen: new Set(), answers: createKeptAnswers() };
  const query = async (path: string, spelled = path) => {
    const reading = pending.get(path) ?? readSocket(path, spelled, known);
    pending.set(path, reading);
    const result = await reading.finally(() => pending.delete(path));
    return { socket: nameOf(spelled, directory), path, reading: result };
  };
  const keptOr: typeof query = async (path, spelled = path) => {
    const reading = keptAt(path, known);
    if (reading === undefined) return query(path, spelled);
    return { socket: nameOf(spelled, directory), path, reading };
  };
  const finder = createServerFinder(query);
  const readWith = async (also: readonly string[], ask = query) => {
    const found = socketsOf(directory, choice);
    const wanted = bySocket(also);
    const sockets = new Map([...wanted, ...bySocket(found.ok ? found.value : [])]);
    const elsewhere = isChosen(choice) ? [] : finder.known().filter(path => !sockets.has(path));
    const [readings, others] = await Promise.all([
      Promise.all([...sockets].map(([path, spelled]) => ask(path, spelled))),
      Promise.all(elsewhere.map(path => ask(path))),
    ]);
    finder.note(readings);
    const unread = found.ok ? [] : [{ socket: directory, path: directory, reading: found }];
    // An unused socket file is not a server, unless it was named.
    const isNamed = (path: string) => isChosen(choice) || wanted.has(path);
    const isServer = ({ path, reading }: ServerReading) =>
      !reading.ok || reading.value.length > 0 || isNamed(path);
    // A deploy to a new socket finds no server there yet.
    const answers = readings.map(each => {
      const isNew = each.reading.isAbsent === true && wanted.has(each.path);
      const isUnused = each.reading.ok && each.reading.isUnused === true;
      return isNew || isUnused ? { ...each, reading: { ok: true, value: [] } as const } : each;
    });
    return [...unread, ...answers.filter(isServer), ...finder.checked(others)];
  };
  return {
    areChosen: isChosen(choice),
    read: ({ mayBeKept = false } = {}) => readWith([], mayBeKept ? keptOr : query),
    readWith: also => readWith(also),
    find: finder.find,
  };
}

/** The server for new sessions: the chosen one, else the one vigil runs in, else tmux's default. */
export function chosenSocket(
  names: readonly string[],
  paths: readonly string[],
  env: NodeJS.ProcessEnv,
): string {
  const directory = socketDirectory(env, process.getuid?.() ?? -1);
  const around = env.TMUX?.split(',')[0];
  const path = paths[0] ?? (names.length === 0 && around?.startsWith('/') ? around : undefined);
  return socketPathOf(path ?? join(directory, names[0] ?? 'default'));
}

function isChosen(choice: SocketChoice): boolean {
  return choice.names.length + choice.paths.length > 0;
}

function socketsOf(directory: string, choice: SocketChoice): Reading<readonly string[]> {
  const inDirectory = (name: string) => join(directory, name);
  const named = choice.names.map(inDirectory);
  // A socket named by its path is the user's own choice.
  const isUsed = named.length > 0 || !isChosen(choice);
  const fault = isUsed ? untrustedDirectory(directory) : undefined;
  if (fault !== undefined) return { ok: false, reason: fault };
  if (isChosen(choice)) return { ok: true, value: [...named, ...choice.paths] };
  try {
    const paths = readdirSync(directory).sort().map(inDirectory);
    const isSocket = (path: string) => tryTo(() => lstatSync(path).isSocket()) === true;
    return { ok: true, value: paths.filter(isSocket) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { ok: true, value: [] };
    const { message } = error as Error;
    return { ok: false, reason: `its socket directory cannot be read: ${message}` };
  }
}

/** Each server once, with the spelling of its path. */
function bySocket(spelled: readonly string[]): ReadonlyMap<string, string> {
  return new Map(spelled.map(path => [socketPathOf(path), path]));
}

function nameOf(path: string, directory: string): string {
  return dirname(path) === directory ? basename(path) : path;
}

/** A server listens within a moment of creating its socket. */
const settledMs = 2000;

type KnownSockets = {
  /** Sockets of servers that have exited, by identity: they are not queried again. */
  readonly exited: Set<string>;
  /** Paths where a socket has been seen during this run. */
  readonly seen: Set<string>;
  readonly answers: KeptAnswers<SocketReading>;
};

function identityOf(path: string, { ino, ctimeMs }: Stats): string {
  return `${path} ${ino} ${ctimeMs}`;
}

/** What the server at this socket has answered, if it has not run since. */
function keptAt(path: string, { answers }: KnownSockets): SocketReading | undefined {
  const file = tryTo(() => statSync(path, { throwIfNoEntry: false }));
  return file && answers.at(path, identityOf(path, file));
}

/** @param spelled the path as the server may have spelled it. */
async function readSocket(
  path: string,
  spelled: string,
  { exited, seen, answers }: KnownSockets,
): Promise<SocketReading> {
  let file: Stats | undefined;
  try {
    file = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
  if (file === undefined) {
    const reason = lostSocket(path) ?? lostSocket(spelled);
    if (reason !== undefined) return { ok: false, reason };
    // A server leaves its socket file behind: if there never was one, the name may be wrong.
    if (seen.has(path)) return { ok: true, value: [] };
    return { ok: false, reason: `no such socket: ${path}`, isAbsent: true };
  }
  seen.add(path);
  if (!file.isSocket()) return { ok: false, reason: 'not a socket' };
  const identity = identityOf(path, file);
  if (exited.has(identity)) return { ok: true, value: [], isUnused: true };
  const { ctimeMs } = file;
  return answers.ask(path, identity, async () => {
    const { answer, isRefused } = await askForPanes(path);
    // A new server creates a new socket file, but one without sessions keeps its own. A young one
    // may be about to listen.
    if (isRefused && Date.now() - ctimeMs > settledMs) exited.add(identity);
    const serverPid = answer.ok ? answer.value[0]?.serverPid : undefined;
    return { value: answer, serverPid };
  });
}

async function askForPanes(
  path: string,
): Promise<{ readonly answer: SocketReading; readonly isRefused?: boolean }> {
  // Random, so that no name can contain it; the only untrusted field comes last.
  const separator = `|${Math.random().toString(36).slice(2)}|`;
  const format = paneFields.map(field => `#{${field}}`).join(separator);
  const result = await askTmux(path, ['list-panes', '-a', '-F', format]);
  if (result.ok) return { answer: { ok: true, value: parsePanes(result.value, separator) } };
  // A server that exited during the query is queried again in the next poll.
  if (!result.isNoServer) return { answer: result };
  const { isRefused } = result;
  return { answer: { ok: true, value: [], isUnused: isRefused || undefined }, isRefused };
}

/** Grouped sessions and linked windows are being watched as well. */
const watcherFields = [
  'session_attached',
  'session_group_attached',
  'window_active_clients',
] as const;
const paneFields = [
  'pid',
  'session_id',
  'session_created',
  ...watcherFields,
  'session_windows',
  'window_activity',
  'pane_id',
  'pane_pid',
  'pane_dead',
  '@vigil_agent',
  'session_name',
] as const;

/** @returns the panes of complete lines; tmux reports times in seconds. */
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
        attached: Math.max(...watcherFields.map(name => Number(field(name)) || 0)),
        windows: Number(field('session_windows')),
        activityAt: Number(field('window_activity')) * 1000,
        paneId: field('pane_id'),
        panePid: Number(field('pane_pid')),
        dead: field('pane_dead') === '1',
        agentOption: field('@vigil_agent') || undefined,
      },
    ];
  });
}
