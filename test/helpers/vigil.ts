/** The built program as a child process. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const cliPath = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export type Run = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunOptions = {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Run as this uid (needs root). */
  readonly uid?: number;
  /** Another copy of the program. */
  readonly cli?: string;
  /** It is killed after this time, and its code is null then. */
  readonly limitMs?: number;
};

/** A clean environment: not inside tmux, without a workspace or user configuration. */
export function vigilEnv(extra: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  const { TMUX: _tmux, TMUX_PANE: _pane, VIGIL_WORKSPACE: _workspace, ...env } = process.env;
  return {
    ...env,
    LANG: 'C.UTF-8',
    XDG_CONFIG_HOME: '/nonexistent',
    // Not a directory, and none can be created there: a test that reads the log names its own.
    XDG_STATE_HOME: '/dev/null',
    FORCE_COLOR: undefined,
    ...extra,
  };
}

export function vigil(words: readonly string[], options: RunOptions = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [options.cli ?? cliPath, ...words], {
      env: vigilEnv(options.env),
      cwd: options.cwd ?? '/',
      uid: options.uid,
      timeout: options.limitMs,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout, stderr }));
  });
}
