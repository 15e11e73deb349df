/** One question to a tmux server. Not through execa: it would double the start-up of `vigil list`,
 * and a client that has handed its pipe to a server that hangs is not waited for here anyway. */
import { type ChildProcess, spawn } from 'node:child_process';
import { killGroup } from '../processes/kill-group.ts';

/** As the rule for tmux has it; then the client is killed and the answer counts as unknown. */
const tmuxTimeoutMs = 2000;
/** Thousands of panes fit; a server that prints more is not believed. */
const mostOutputBytes = 4_000_000;

/** A pipe of a client that has exited is emptied within this time. */
const heldPipeMs = 100;

/** The client hands its whole environment to whatever listens on the socket: keys and tokens are none of its
 * business. */
const toldVariables = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TERM', 'TZ'];

function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    toldVariables.flatMap(name => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What tmux says where nothing listens on the socket, or where there is no session. */
const noServer =
  /^(no server running|no current|no sessions|error connecting to .*\((No such file|Connection refused))/;
const refused = /^no server|Connection refused/;

/** Why there is no answer: tmux's own words are read here, and nowhere else. */
export type TmuxFailure = {
  readonly ok: false;
  readonly reason: string;
  /** It is no failure but an answer: there is no session. */
  readonly isNoServer: boolean;
  /** Nothing listens on the socket. */
  readonly isRefused: boolean;
};

export type TmuxReading = { readonly ok: true; readonly value: string } | TmuxFailure;

function failure(reason: string): TmuxFailure {
  return {
    ok: false,
    reason,
    isNoServer: noServer.test(reason),
    isRefused: refused.test(reason),
  };
}

/** Runs `tmux -u -S path …` in a process group of its own, without stdin. Never throws.
 * @param env of the client; whole only where a server is started with it. */
export function askTmux(
  path: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = bareEnvironment(),
): Promise<TmuxReading> {
  return new Promise(resolve => {
    let child: ChildProcess;
    try {
      child = spawn('tmux', ['-u', '-S', path, ...words], {
        detached: true,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      // Where memory is short, it throws instead of telling by an event.
      return resolve(failure((error as Error).message));
    }
    let stdout = '';
    let stderr = '';
    const finish = (reading: TmuxReading) => {
      clearTimeout(timer);
      resolve(reading);
    };
    const giveUp = (reason: string) => {
      abandon(child);
      finish(failure(reason));
    };
    const timer = setTimeout(
      () => giveUp(`no answer within ${tmuxTimeoutMs / 1000} s`),
      tmuxTimeoutMs,
    );
    // Without a descriptor to spare there are no pipes; the error that follows says so.
    child.stdout?.setEncoding('utf8').on('data', text => {
      stdout += text;
      if (stdout.length > mostOutputBytes)
        giveUp(`tmux printed more than ${mostOutputBytes / 1e6} MB`);
    });
    child.stderr?.setEncoding('utf8').on('data', text => {
      if (stderr.length < mostOutputBytes) stderr += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      finish(failure(isMissing ? 'tmux is not installed, or not on PATH' : error.message));
    });
    // All that it said is in the pipe by then, also where somebody whom it left behind holds that open.
    child.on('exit', () => setTimeout(abandon, heldPipeMs, child));
    child.on('close', code => {
      const said = stderr.trim().split('\n')[0];
      finish(code === 0 ? { ok: true, value: stdout } : failure(said || 'tmux failed'));
    });
  });
}

/** Kills the client and its group, and closes our end of what the server may hold open. */
function abandon(child: ChildProcess): void {
  killGroup(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
}
