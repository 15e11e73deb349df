/** A tmux server on a private socket, ended and unlinked in a teardown that never hides a
 * failure. The default server is never touched. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionRef } from '../../source/core/ports/sessions.ts';

export type TmuxServer = {
  readonly name: string;
  readonly path: string;
  /** Runs one tmux command on this server and returns its stdout. */
  tmux(...words: string[]): string;
  /** Starts a detached session; the command is an argv, not shell text. */
  session(name: string, ...command: string[]): void;
  pid(): number;
  /** The session by its unique identity. */
  sessionRef(name: string): SessionRef;
  close(): void;
};

/** A server stopped by a test never answers: then the test fails instead of waiting forever. */
const answersWithinMs = 20_000;

export function startTmux(): TmuxServer {
  let serverPid: number | undefined;
  const name = `vigil-test-${process.pid}-${randomBytes(4).toString('hex')}`;
  const path = join(process.env.TMUX_TMPDIR || '/tmp', `tmux-${process.getuid?.()}`, name);
  const { TMUX: _tmux, TMUX_PANE: _pane, ...others } = process.env;
  // A shell that is hung up writes its history, perhaps after the test's home is removed.
  const env = { ...others, HISTFILE: '' };
  const tmux = (...words: string[]) => {
    try {
      return execFileSync('tmux', ['-u', '-L', name, '-f', '/dev/null', ...words], {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: answersWithinMs,
        killSignal: 'SIGKILL',
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        throw new Error('these tests need tmux: install it (apt-get install tmux)');
      throw error;
    }
  };
  return {
    name,
    path,
    tmux,
    session: (session, ...command) => {
      const words = ['-d', '-x', '120', '-y', '30', '-P', '-F', '#{pid}', '-s', session];
      serverPid = Number(tmux('new-session', ...words, ...command));
    },
    pid: () => Number(tmux('display-message', '-p', '#{pid}')),
    sessionRef(session) {
      const format = '#{pid} #{session_id} #{session_created}';
      const said = tmux('display-message', '-p', '-t', `=${session}:`, format).trim();
      const [serverPid, id = '', created] = said.split(' ');
      const createdAt = Number(created) * 1000;
      return { socketPath: path, serverPid: Number(serverPid), id, name: session, createdAt };
    },
    close() {
      try {
        if (serverPid !== undefined) resume(serverPid);
        tmux('kill-server');
      } catch {
        // Already gone, as wanted.
      }
      rmSync(path, { force: true });
    },
  };
}

/** A stopped server cannot exit, and its client would wait for it. */
function resume(serverPid: number): void {
  try {
    const name = readFileSync(`/proc/${serverPid}/comm`, 'utf8');
    if (name.startsWith('tmux')) process.kill(serverPid, 'SIGCONT');
  } catch {
    // It has exited.
  }
}
