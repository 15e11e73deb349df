/** Runs ps: for a poll without blocking, and right before a signal while nothing else can run. */
import { type ChildProcess, execFile, spawnSync } from 'node:child_process';
import type { Reading } from '../../../core/model/model.ts';
import { tied } from '../../run/tied-program.ts';
import { within } from '../../run/within.ts';
import { type PsRow, parsePsRow, psColumns, psEnvironment, sessionIds } from './ps-columns.ts';

/** One reading of ps. */
export type PsTable = {
  /** When ps was started: epoch milliseconds, and the steady clock. */
  readonly at: { readonly wall: number; readonly steady: number };
  /** `session` is the session id, as far as it can be known from these rows. */
  readonly rows: readonly (PsRow & { readonly session: number })[];
};

/** The same limit as for every other source of a poll. */
export const psTimeoutMs = 2000;
const mostOutputBytes = 16_000_000;

const { platform } = process;
const everyProcess = ['axww', ...psColumns(platform)];

/** @returns all processes, or why there is no table. */
export async function readTable(): Promise<Reading<PsTable>> {
  const at = timesNow();
  const output = await runPs(everyProcess);
  return output.ok ? tableOf(output.value, at) : output;
}

/** Not through execa, which fails in a way that cannot be caught where no descriptor is available. */
async function runPs(words: readonly string[]): Promise<Reading<string>> {
  const late: Reading<string> = {
    ok: false,
    reason: `ps: no answer within ${psTimeoutMs / 1000} s`,
  };
  let child: ChildProcess | undefined;
  const output = new Promise<Reading<string>>(resolve => {
    const [program = '', ...rest] = tied(['ps', ...words], process.env);
    const options = { env: { ...process.env, ...psEnvironment }, maxBuffer: mostOutputBytes };
    child = execFile(program, rest, options, (error, stdout) => {
      const reason = `ps: ${error?.message.split('\n')[0]}`;
      resolve(error === null ? { ok: true, value: stdout } : { ok: false, reason });
    });
  });
  return within(
    output.catch((error: Error) => ({ ok: false as const, reason: `ps: ${error.message}` })),
    psTimeoutMs,
    () => {
      child?.kill('SIGKILL');
      child?.stdout?.destroy();
      return late;
    },
  );
}

/** Blocks until ps has exited, at most two seconds: no pid can change between the end of ps and what follows, but for what
 * the other processes do meanwhile.
 * @param pids undefined for all. */
export function readTableNow(pids?: readonly number[]): Reading<PsTable> {
  const at = timesNow();
  const words =
    pids === undefined ? everyProcess : ['-ww', ...psColumns(platform), '-p', pids.join()];
  const output = runPsNow(words);
  return output.ok ? tableOf(output.value, at) : output;
}

/** Blocks. @returns the output; ps exits with 1 where one of the processes is gone. */
export function runPsNow(words: readonly string[]): Reading<string> {
  const { error, signal, status, stdout } = spawnSync('ps', words, {
    env: { ...process.env, ...psEnvironment },
    encoding: 'utf8',
    timeout: psTimeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: mostOutputBytes,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (error !== undefined || signal !== null)
    return { ok: false, reason: `ps: ${error?.message ?? `ended by ${signal}`}` };
  return status === 0 || status === 1
    ? { ok: true, value: stdout }
    : { ok: false, reason: `ps: exited with ${status}` };
}

/** A line that cannot be read makes the whole table unread: a process that is missing in it would count as gone. */
function tableOf(output: string, at: PsTable['at']): Reading<PsTable> {
  const rows: PsRow[] = [];
  for (const line of output.split('\n')) {
    if (line.trim() === '') continue;
    const row = parsePsRow(line, platform);
    if (row === undefined) return { ok: false, reason: `ps: cannot read "${line.slice(0, 60)}"` };
    rows.push(row);
  }
  const sessions = sessionIds(rows);
  return {
    ok: true,
    value: { at, rows: rows.map(row => ({ ...row, session: sessions.get(row.pid) ?? row.pgid })) },
  };
}

function timesNow(): PsTable['at'] {
  return { wall: Date.now(), steady: performance.now() };
}
