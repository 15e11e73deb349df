/** Runs other programs and reads their output: no shell, no stdin, own process group, bounded
 * time and output. execa is loaded on first use. */
import type { Reading } from '../../core/model/model.ts';
import { killGroup } from '../processes/kill-group.ts';
import { withDeadline } from './tied-program.ts';
import { within } from './within.ts';

/** More than any reading needs; larger output is an error. */
const mostOutputBytes = 4_000_000;

export type RunOptions = {
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** False: the program gets no other variables. */
  readonly extendEnv?: boolean;
};

/** Runs a program and returns its stdout, or one sentence on why there is none. Never throws. On
 * a timeout the whole process group is killed, so that no grandchild holds the pipe. */
export async function run(
  command: string,
  words: readonly string[],
  { timeoutMs, env, cwd, extendEnv = true }: RunOptions,
): Promise<Reading<string>> {
  const { execa } = await import('execa');
  const fullEnv = extendEnv ? { ...process.env, ...env } : (env ?? {});
  const [program = '', ...rest] = withDeadline([command, ...words], timeoutMs, fullEnv);
  const child = execa(program, rest, {
    env,
    cwd,
    extendEnv,
    stdin: 'ignore',
    detached: true,
    reject: false,
    maxBuffer: mostOutputBytes,
    stripFinalNewline: false,
    cleanup: true,
  });
  const result = await within(child, timeoutMs, () => undefined);
  if (result === undefined) {
    killGroup(child);
    // A process that left the group may still hold the pipe; it is not waited for.
    child.stdout.destroy();
    child.stderr.destroy();
    return { ok: false, reason: `no answer within ${timeoutMs / 1000} s` };
  }
  if (result.isMaxBuffer)
    return { ok: false, reason: `printed more than ${mostOutputBytes / 1e6} MB` };
  if (result.code === 'ENOENT') return { ok: false, reason: `${command} is not installed` };
  if (result.failed) {
    const message = result.stderr.trim() || (result.shortMessage ?? 'failed');
    return { ok: false, reason: message.split('\n')[0] ?? 'failed' };
  }
  return { ok: true, value: result.stdout };
}
