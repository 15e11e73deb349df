/** Runs one tmux command. Not through execa, which would double the start-up time of `vigil
 * list`; a client whose pipe is held by a hung server is not waited for. */
import { type ChildProcess, spawn } from 'node:child_process';
import { killGroup } from '../processes/kill-group.ts';
import { tied } from '../run/tied-program.ts';
import { codeOf } from '../run/try-to.ts';

/** After this time the client is killed and the server counts as unread. */
const tmuxTimeoutMs = 2000;
/** Enough for thousands of panes; larger output is an error. */
const mostOutputBytes = 4_000_000;

/** The pipe of an exited client is drained within this time. */
const heldPipeMs = 100;

/** The client passes its whole environment to the process that listens on the socket, so keys and
 * tokens are left out. */
const passedVariables = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TERM', 'TZ'];

function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(passedVariables.map(name => [name, process.env[name]]));
}

/** tmux's messages for an unused socket or a missing session. */
const noServer =
  /^(no server running|no current|no sessions|error connecting to .*\((No such file|Connection refused))/;
const refused = /^no server|Connection refused/;

/** Why a query failed; tmux's messages are parsed only here. */
export type TmuxFailure = {
  readonly ok: false;
  readonly reason: string;
  /** A valid answer rather than a failure: there are no sessions. */
  readonly isNoServer: boolean;
  /** Nothing listens on the socket. */
  readonly isRefused: boolean;
};

export type TmuxReading = { readonly ok: true; readonly value: string } | TmuxFailure;

function failure(reason: string): TmuxFailure {
  const isNoServer = noServer.test(reason);
  return { ok: false, reason, isNoServer, isRefused: refused.test(reason) };
}

/** Why a client could not be started. */
export function startFailure(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOENT') return 'tmux is not installed, or not on PATH';
  // Node would name the program that ties the client to vigil.
  return code === undefined ? (error as Error).message : `spawn tmux ${code}`;
}

/** Runs `tmux -u -S path …` in its own process group, without stdin. Never throws.
 * @param env the client's environment; complete only when it starts a server. */
export function askTmux(
  path: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = bareEnvironment(),
): Promise<TmuxReading> {
  let timer: NodeJS.Timeout | undefined;
  return new Promise<TmuxReading>((resolve, reject) => {
    // Out of memory, spawn throws instead of emitting an error.
    const [program = '', ...rest] = tied(['tmux', '-u', '-S', path, ...words], env);
    const child = spawn(program, rest, {
      detached: true,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const giveUp = (reason: string) => {
      abandon(child);
      resolve(failure(reason));
    };
    timer = setTimeout(giveUp, tmuxTimeoutMs, `no answer within ${tmuxTimeoutMs / 1000} s`);
    // Without free descriptors there are no pipes; an error event follows.
    child.stdout?.setEncoding('utf8').on('data', text => {
      stdout += text;
      if (stdout.length > mostOutputBytes)
        giveUp(`tmux printed more than ${mostOutputBytes / 1e6} MB`);
    });
    child.stderr?.setEncoding('utf8').on('data', text => {
      if (stderr.length < mostOutputBytes) stderr += text;
    });
    child.on('error', reject);
    // All output is in the pipe by now, even if a descendant still holds it open.
    child.on('exit', () => setTimeout(abandon, heldPipeMs, child));
    child.on('close', code => {
      const message = stderr.trim().split('\n')[0];
      resolve(code === 0 ? { ok: true, value: stdout } : failure(message || 'tmux failed'));
    });
  })
    .catch(error => failure(startFailure(error)))
    .finally(() => clearTimeout(timer));
}

/** Kills the client's process group, and closes our end of pipes the server may hold open. */
function abandon(child: ChildProcess): void {
  killGroup(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
}
