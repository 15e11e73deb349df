/** Starts, reads and kills tmux sessions. A session is addressed by id, after verifying that server
 * and session are still the same. */
import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { PaneRef } from '../../core/model/inspection.ts';
import type { Reading } from '../../core/model/model.ts';
import type {
  NewSession,
  SessionRef,
  SessionScreen,
  StartedSession,
} from '../../core/ports/sessions.ts';
import { tryTo } from '../run/try-to.ts';
import { askTmux } from './tmux-client.ts';

const fields = ['session_id', 'session_created', 'pane_pid', 'pid'] as const;
/** Wide enough for lines of JSON when someone attaches later. */
const size = ['-x', '200', '-y', '50'] as const;

/** One tmux command, so that the program cannot exit before remain-on-exit is set. The pane
 * option follows the pane; a server started for it gets our whole environment, as one started by
 * the user would. */
export async function startSession(wanted: NewSession): Promise<Reading<StartedSession>> {
  makeSocketDirectory(wanted);
  const env = wanted.env.flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const format = fields.map(field => `#{${field}}`).join(' ');
  const words = [
    ...['new-session', '-d', '-P', '-F', format, '-s', wanted.name, ...size],
    ...['-c', literal(wanted.directory), ...env],
    ...wanted.command.map(unsplit),
    ...[';', 'set-option', '-w', '-t', `=${wanted.name}:`, 'remain-on-exit', 'on'],
    ...[';', 'set-option', '-p', '-F', '-t', `=${wanted.name}:`],
    ...['@vigil_agent', `${literal(wanted.mark)}:#{pane_pid}`],
  ];
  const reading = await askTmux(wanted.socketPath, words, process.env);
  if (!reading.ok) return reading;
  const [id = '', created, panePid, serverPid] = reading.value.trim().split(' ');
  const { socketPath, name } = wanted;
  if (!isSessionId(id))
    return { ok: false, reason: reading.value.trim() || `tmux started no server at ${socketPath}` };
  const server = { serverPid: Number(serverPid), createdAt: Number(created) * 1000 };
  return { ok: true, value: { socketPath, name, id, ...server, panePid: Number(panePid) } };
}

/** Whether this session still exists: same id, server and creation time. */
export async function findSession(session: SessionRef): Promise<Reading<true>> {
  if (!isSessionId(session.id)) return { ok: false, reason: `${session.id} is not a session id` };
  const format = '#{pid} #{session_created}';
  const words = ['display-message', '-p', '-t', `${session.id}:`, format];
  const reading = await askTmux(session.socketPath, words);
  if (!reading.ok) return reading;
  const known = reading.value.trim().split(' ');
  // For a missing session tmux prints nothing and reports no error.
  if (known[1] === undefined) return { ok: false, reason: 'the session is gone' };
  return isItself(session, known) ? { ok: true, value: true } : another;
}

const another = { ok: false, reason: 'the session was replaced' } as const;

function isItself(
  { serverPid, createdAt }: SessionRef,
  [pid, created]: readonly string[],
): boolean {
  return Number(pid) === serverPid && Number(created) * 1000 === createdAt;
}

/** Lines of scrollback to show. */
const shownLines = 20;

export async function readScreen(session: SessionRef): Promise<Reading<SessionScreen>> {
  const target = `${session.id}:`;
  const reading = await askTmux(session.socketPath, [
    ...['display-message', '-p', '-t', target, '#{pid} #{session_created} #{pane_dead}'],
    // The message about a dead pane scrolls the first line into the history.
    ...[';', 'capture-pane', '-p', '-J', '-S', `-${shownLines}`, '-t', target],
  ]);
  if (!reading.ok) return reading;
  const [head = '', ...lines] = reading.value.split('\n');
  const known = head.split(' ');
  if (!isItself(session, known)) return another;
  const isSaid = (line: string) => line !== '' && !line.startsWith('Pane is dead');
  const said = lines.map(line => line.trimEnd()).filter(isSaid);
  return { ok: true, value: { isDead: known[2] === '1', lines: said } };
}

/** Like Escape on the keyboard: agent programs stop what they are doing. */
export async function interrupt({ socketPath, serverPid, id }: PaneRef): Promise<Reading<true>> {
  const isSame = `#{==:#{pid},${serverPid}}`;
  const press = `send-keys -t '${id}' Escape`;
  return done(await askTmux(socketPath, ['if-shell', '-F', '-t', id, isSame, press]));
}

/** A tmux with libutempter, as Debian's, ignores SIGCHLD while a helper of that runs, at each start and end of a pane.
 * It waits for a child that exits just then when another one exits: a job that does nothing is one. */
export async function reapChildren({
  socketPath,
  serverPid,
}: Pick<SessionRef, 'socketPath' | 'serverPid'>): Promise<Reading<true>> {
  const isSame = `#{==:#{pid},${serverPid}}`;
  return done(await askTmux(socketPath, ['if-shell', '-F', isSame, 'run-shell -b true']));
}

export async function clearRemainOnExit(session: SessionRef): Promise<Reading<true>> {
  const option = `set-option -w -u -t '${session.id}:' remain-on-exit`;
  return done(await askTmux(session.socketPath, ifSame(session, option)));
}

/** tmux accepts commands of up to 16 KB; one kill takes little over a hundred characters. */
const mostTogether = 50;

type Batch = { readonly words: string[]; count: number; readonly result: Promise<Reading<true>> };

/** Simultaneous kills on one server share one command: fifty tmux clients cost more than all the
 * signals of fifty terminations.
 * @param ask queries a server. @returns a function that kills a session if it is still the same
 * one; a replaced session does not fail the others. */
export function createSessionKills(
  ask: (socketPath: string, words: readonly string[]) => Promise<Reading<unknown>> = askTmux,
): (session: SessionRef) => Promise<Reading<true>> {
  const open = new Map<string, Batch>();
  const begin = (socketPath: string): Batch => {
    const words: string[] = [];
    // Runs after all synchronous callers have added their kills.
    const result = Promise.resolve().then(async () => {
      if (open.get(socketPath) === batch) open.delete(socketPath);
      return done(await ask(socketPath, words));
    });
    const batch = { words, count: 0, result };
    open.set(socketPath, batch);
    return batch;
  };
  return async session => {
    const { socketPath, id } = session;
    if (!isSessionId(id)) return { ok: false, reason: `${id} is not a session id` };
    const before = open.get(socketPath);
    const batch = before !== undefined && before.count < mostTogether ? before : begin(socketPath);
    if (batch.count > 0) batch.words.push(';');
    batch.words.push(...ifSame(session, `kill-session -t '${id}'`));
    batch.count++;
    return batch.result;
  };
}

/** Ids restart with each server, so server and session are both verified. */
export function ifSame({ id, serverPid, createdAt }: SessionRef, command: string): string[] {
  const isSame = `#{&&:#{==:#{pid},${serverPid}},#{==:#{session_created},${Math.floor(createdAt / 1000)}}}`;
  return ['if-shell', '-F', '-t', `${id}:`, isSame, command];
}

function isSessionId(id: string): boolean {
  return /^\$\d+$/.test(id);
}

function done(reading: Reading<unknown>): Reading<true> {
  return reading.ok ? { ok: true, value: true } : reading;
}

/** tmux expands formats in a directory's name. */
function literal(path: string): string {
  return path.replaceAll('#', '##');
}

/** tmux reads a word ending in a semicolon as the end of a command. */
function unsplit(word: string): string {
  return word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word;
}

/** Created like tmux does for `-L`. */
function makeSocketDirectory({ socketPath }: NewSession): void {
  const directory = dirname(socketPath);
  if (basename(directory) !== `tmux-${process.getuid?.()}`) return;
  // It exists, or tmux will report the error.
  tryTo(() => mkdirSync(directory, { mode: 0o700 }));
}
