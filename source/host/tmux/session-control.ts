/** tmux sessions, made and read: a session is named by its id, and only if it still is that session of
 * that server. `session-kills.ts` ends them. */
import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Reading } from '../../core/model/model.ts';
import type {
  NewSession,
  SessionRef,
  SessionScreen,
  StartedSession,
} from '../../core/ports/sessions.ts';
import { askTmux } from './tmux-client.ts';

const fields = ['session_id', 'session_created', 'pane_pid', 'pid'] as const;
/** Wide enough that lines of JSON are not wrapped all the time where somebody attaches later. */
const size = ['-x', '200', '-y', '50'] as const;

/** In one command of tmux, so that the program cannot have ended before its pane was told to stay. The option on
 * the pane follows it wherever it is moved. A server that is started for it gets our whole environment, as one
 * that the person starts would. */
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
  if (!isSessionId(id))
    return {
      ok: false,
      reason: reading.value.trim() || `tmux started no server at ${wanted.socketPath}`,
    };
  return {
    ok: true,
    value: {
      socketPath: wanted.socketPath,
      serverPid: Number(serverPid),
      id,
      name: wanted.name,
      createdAt: Number(created) * 1000,
      panePid: Number(panePid),
    },
  };
}

/** Whether it is still there: that id, on that server, made at that time. */
export async function findSession(session: SessionRef): Promise<Reading<true>> {
  if (!isSessionId(session.id)) return { ok: false, reason: `${session.id} is not a session id` };
  const format = '#{pid} #{session_created}';
  const words = ['display-message', '-p', '-t', `${session.id}:`, format];
  const reading = await askTmux(session.socketPath, words);
  if (!reading.ok) return reading;
  const known = reading.value.trim().split(' ');
  // Of a session that is not there tmux says nothing, and no error.
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

/** Of what has left the screen upwards. */
const shownLines = 20;

export async function readScreen(session: SessionRef): Promise<Reading<SessionScreen>> {
  const target = `${session.id}:`;
  const reading = await askTmux(session.socketPath, [
    ...['display-message', '-p', '-t', target, '#{pid} #{session_created} #{pane_dead}'],
    // What it writes about a dead pane pushes the first line into the history.
    ...[';', 'capture-pane', '-p', '-J', '-S', `-${shownLines}`, '-t', target],
  ]);
  if (!reading.ok) return reading;
  const [head = '', ...lines] = reading.value.split('\n');
  const known = head.split(' ');
  if (!isItself(session, known)) return another;
  const isSaid = (line: string) => line !== '' && !line.startsWith('Pane is dead');
  return {
    ok: true,
    value: { isDead: known[2] === '1', lines: lines.map(line => line.trimEnd()).filter(isSaid) },
  };
}

export async function clearRemainOnExit(session: SessionRef): Promise<Reading<true>> {
  const option = `set-option -w -u -t '${session.id}:' remain-on-exit`;
  return done(await askTmux(session.socketPath, ifSame(session, option)));
}

/** Ids begin anew with each server: it must be the same server, and the same session of it. */
export function ifSame({ id, serverPid, createdAt }: SessionRef, command: string): string[] {
  const isSame = `#{&&:#{==:#{pid},${serverPid}},#{==:#{session_created},${Math.floor(createdAt / 1000)}}}`;
  return ['if-shell', '-F', '-t', `${id}:`, isSame, command];
}

export function isSessionId(id: string): boolean {
  return /^\$\d+$/.test(id);
}

function done(reading: Reading<string>): Reading<true> {
  return reading.ok ? { ok: true, value: true } : reading;
}

/** tmux fills in formats in a directory's name. */
function literal(path: string): string {
  return path.replaceAll('#', '##');
}

/** tmux takes a word that ends in a semicolon for the end of a command. */
function unsplit(word: string): string {
  return word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word;
}

/** tmux's own directory, as it makes it for `-L`. */
function makeSocketDirectory({ socketPath }: NewSession): void {
  const directory = dirname(socketPath);
  if (basename(directory) !== `tmux-${process.getuid?.()}`) return;
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch {
    // It is there, or tmux says what is wrong with it.
  }
}
