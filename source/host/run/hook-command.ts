/** Runs hooks: commands of the user's, without a shell, in a process group of their own, with bounded time and
 * output. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { HookRun, HookRunner } from '../../core/ports/hook-runner.ts';
import { killGroup } from '../processes/kill-group.ts';
import { withDeadline } from './tied-program.ts';
import { hasCode } from './try-to.ts';

/** More output than this is a flood. */
const mostOutputBytes = 65_536;
const longestReason = 200;
/** A pipe that a descendant holds open is not waited for. */
const heldPipeMs = 100;

export function createHookRunner(env: NodeJS.ProcessEnv): HookRunner {
  return {
    run: (argv, input, timeoutMs) =>
      runHook(argv, input, { env, timeoutMs }).catch(error => ({
        outcome: 'failed',
        output: '',
        reason: hasCode(error, 'ENOENT')
          ? 'no such program'
          : `cannot be started: ${(error as Error).message}`,
      })),
  };
}

function runHook(
  [program = '', ...words]: readonly string[],
  input: string,
  { env, timeoutMs }: { readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number },
): Promise<HookRun> {
  return new Promise<HookRun>((resolve, reject) => {
    const argv = withDeadline([program, ...words], timeoutMs, env);
    const child = spawn(argv[0] ?? '', argv.slice(1), { env, detached: true, stdio: 'pipe' });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = (run: Omit<HookRun, 'output'>) => {
      clearTimeout(timer);
      release(child);
      resolve({ ...run, output: Buffer.concat(chunks).toString('utf8', 0, mostOutputBytes) });
    };
    const giveUp = (run: Omit<HookRun, 'output'>) => {
      killGroup(child);
      finish(run);
    };
    const timer = setTimeout(giveUp, timeoutMs, {
      outcome: 'timed-out',
      reason: `no exit within ${timeoutMs / 1000} s; killed`,
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        if (bytes > mostOutputBytes) return;
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes <= mostOutputBytes) return;
        const reason = `more than ${mostOutputBytes} bytes of output; killed`;
        giveUp({ outcome: 'flooded', reason });
      });
    // It may exit without reading its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', error => {
      clearTimeout(timer);
      reject(error);
    });
    let held: NodeJS.Timeout | undefined;
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(held);
      if (code === 0) return finish({ outcome: 'ok' });
      const how = signal === null ? `exit code ${code}` : `killed by ${signal}`;
      const said = Buffer.concat(chunks).toString().trim().split('\n').at(-1);
      const reason = said ? `${how}: ${said.slice(0, longestReason)}` : how;
      finish({ outcome: 'failed', reason });
    };
    // Its last output, or a flood, may still be in the pipe.
    child.on('exit', (code, signal) => {
      held = setTimeout(end, heldPipeMs, code, signal);
    });
    child.on('close', end);
  });
}

/** Closes our ends of its pipes. */
function release(child: ChildProcess): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}
