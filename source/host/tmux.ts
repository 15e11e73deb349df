/** tmux, one `list-panes -a` per server and look. */
import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import type { Pane, Reading, ServerReading } from '../core/model.ts';
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
  // What answered last time is asked at once; only others are probed first.
  const answered = new Set<string>();
  return {
    async read() {
      const found = socketsOf(directory, choice);
      if (!found.ok)
        return [
          { socket: directory, path: directory, reading: { ok: false, reason: found.reason } },
        ];
      const readings = await Promise.all(
        found.value.map(async path => {
          const reading = pending.get(path) ?? readSocket(path, answered.has(path));
          pending.set(path, reading);
          const result = await reading.finally(() => pending.delete(path));
          if (result.ok && result.value.length > 0) answered.add(path);
          else answered.delete(path);
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

function isChosen(choice: SocketChoice): boolean {
  return choice.names.length + choice.paths.length > 0;
}

function socketsOf(directory: string, choice: SocketChoice): Reading<readonly string[]> {
  if (isChosen(choice))
    return {
      ok: true,
      value: [...choice.names.map(name => join(directory, name)), ...choice.paths],
    };
  try {
    const names = readdirSync(directory).sort();
    return { ok: true, value: names.map(name => join(directory, name)).filter(isSocket) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { ok: true, value: [] };
    return { ok: false, reason: `its socket directory cannot be read: ${message}` };
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
  return path.startsWith(`${directory}/`) ? basename(path) : path;
}

async function readSocket(path: string, isKnown: boolean): Promise<Reading<readonly Pane[]>> {
  const found = isKnown ? 'listening' : await probe(path);
  if (found !== 'listening') return found;
  // Random, so that no name can hold it; the only untrusted field comes last.
  const separator = `|${randomBytes(6).toString('hex')}|`;
  const format = paneFields.map(field => `#{${field}}`).join(separator);
  const result = await askTmux(path, ['list-panes', '-a', '-F', format]);
  if (result.ok) return { ok: true, value: parsePanes(result.value, separator) };
  // It ended between the probe and the question, or it has no session (exit-empty off). One that
  // ended while it was asked is asked again in the next look.
  if (/^(no server running|no current|no sessions)/.test(result.reason))
    return { ok: true, value: [] };
  return result;
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

/** Connecting tells a left-over socket file from a server without starting a tmux client. */
function probe(path: string): Promise<'listening' | Reading<readonly Pane[]>> {
  try {
    if (!statSync(path).isSocket())
      return Promise.resolve({ ok: false, reason: 'it is no socket' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return Promise.resolve({ ok: true, value: [] });
    return Promise.resolve({ ok: false, reason: message });
  }
  return new Promise(resolve => {
    const socket = connect(path);
    const finish = (answer: 'listening' | Reading<readonly Pane[]>) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish('listening'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') finish({ ok: true, value: [] });
      // A full backlog: it listens, but takes nobody in.
      else if (error.code === 'EAGAIN') finish('listening');
      else finish({ ok: false, reason: error.message });
    });
  });
}
