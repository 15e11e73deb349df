/** Runs the user's own commands: without a shell, with vigil's environment and working directory. */
import { spawn } from 'node:child_process';
import type { CommandRunner, Exit } from '../../core/ports/command-runner.ts';
import { runOnTerminal } from './terminal-program.ts';
import { hasCode } from './try-to.ts';

export function createCommandRunner(env: NodeJS.ProcessEnv): CommandRunner {
  return {
    async onTerminal(argv, options) {
      if (options.signal.aborted) return { ok: false, reason: 'vigil is exiting' };
      try {
        const { code, signal } = await runOnTerminal(argv, options, { env });
        return { ok: true, value: { code, signal } };
      } catch (error) {
        return { ok: false, reason: startReason(error, argv) };
      }
    },
    async inBackground(argv) {
      const [program = '', ...words] = argv;
      try {
        return { ok: true, value: await exitOf(program, words, env) };
      } catch (error) {
        return { ok: false, reason: startReason(error, argv) };
      }
    },
  };
}

/** In a session of its own: keys and a lost terminal do not reach it. */
function exitOf(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Exit> {
  return new Promise<Exit>((resolve, reject) => {
    const child = spawn(program, words, { env, stdio: 'ignore', detached: true });
    child.unref();
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
}

function startReason(error: unknown, [program = '']: readonly string[]): string {
  return hasCode(error, 'ENOENT')
    ? `cannot run ${program}: no such program`
    : `cannot run ${program}: ${(error as Error).message}`;
}
