/** Runs a program on our own terminal, in our job, as a shell's child would be. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { OnTerminal } from '../../core/ports/command-runner.ts';
import { stateOf } from '../processes/identity.ts';
import { tied } from './tied-program.ts';

/** A program that has exited; `stderr` only if that was piped. */
export type Ran = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
};

/** A healthy program exits within this time, and a healthy tmux server detaches its client; a hung one never
 * does. */
const exitTimeoutMs = 1000;
/** By then every process stopped together with us is stopped, and is resumed with us. */
const resumeDelayMs = 100;
/** The pipe of an exited program is drained within this time. */
const heldPipeMs = 100;
const longestMessage = 1000;

/** @param options `isErrorRead`: stderr is read instead of shown. @throws the error of a program that could not be started. */
export function runOnTerminal(
  [program = '', ...words]: readonly string[],
  { signal, onStopped }: OnTerminal,
  { env, isErrorRead = false }: { readonly env: NodeJS.ProcessEnv; readonly isErrorRead?: boolean },
): Promise<Ran> {
  return new Promise<Ran>((resolve, reject) => {
    const stderrTo = isErrorRead ? 'pipe' : 'inherit';
    // Without vigil the shell takes the terminal back: a hang-up, as if that were gone.
    const [file = '', ...rest] = tied([program, ...words], env, 'HUP');
    const child = spawn(file, rest, { env, stdio: ['inherit', 'inherit', stderrTo] });
    let stderr = '';
    let killing: NodeJS.Timeout | undefined;
    const end = () => {
      child.kill('SIGTERM');
      killing = setTimeout(() => child.kill('SIGKILL'), exitTimeoutMs);
    };
    let isResumed = true;
    // A stop only shows as SIGCHLD to us; no other process would notice.
    const onChild = () => {
      if (!isResumed || !isStopped(child)) return;
      isResumed = false;
      onStopped();
      setTimeout(() => {
        child.kill('SIGCONT');
        isResumed = true;
      }, resumeDelayMs);
    };
    const finish = () => {
      clearTimeout(killing);
      signal.removeEventListener('abort', end);
      process.off('SIGCHLD', onChild);
    };
    signal.addEventListener('abort', end);
    process.on('SIGCHLD', onChild);
    child.stderr?.setEncoding('utf8').on('data', text => {
      stderr = (stderr + text).slice(0, longestMessage);
    });
    child.on('error', error => {
      finish();
      reject(error);
    });
    child.on('exit', () => setTimeout(() => child.stderr?.destroy(), heldPipeMs));
    child.on('close', (code, killer) => {
      finish();
      resolve({ code, signal: killer, stderr });
    });
  });
}

function isStopped({ pid }: ChildProcess): boolean {
  return pid !== undefined && stateOf(pid) === 'T';
}
