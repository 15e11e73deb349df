/** Working directories where there is no /proc: by lsof, which macOS has, or by pwdx, which comes with the ps of Linux. */
import { execFile } from 'node:child_process';
import type { Reading } from '../../../core/model/model.ts';
import { codeOf } from '../../run/try-to.ts';

const timeoutMs = 2000;
const mostOutputBytes = 4_000_000;

type Tool = {
  readonly program: string;
  readonly words: (pids: readonly number[]) => readonly string[];
  readonly parse: (output: string) => ReadonlyMap<number, string>;
};

const pwdx: Tool = { program: 'pwdx', words: pids => pids.map(String), parse: parsePwdx };
const lsof: Tool = {
  program: 'lsof',
  words: pids => ['-a', '-w', '-d', 'cwd', '-F', 'pn', '-p', pids.join()],
  parse: parseLsof,
};

/** @returns directories by pid; processes that are gone, or another user's, have none. */
export async function readWorkingDirectories(
  pids: readonly number[],
  tool = process.platform === 'linux' ? pwdx : lsof,
): Promise<Reading<ReadonlyMap<number, string>>> {
  if (pids.length === 0) return { ok: true, value: new Map() };
  const { program, words, parse } = tool;
  return new Promise(resolve => {
    const options = {
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: mostOutputBytes,
    } as const;
    execFile(program, [...words(pids)], { ...options, encoding: 'utf8' }, (error, stdout) => {
      if (error !== null && codeOf(error) === 'ENOENT')
        resolve({ ok: false, reason: `${program} is not installed` });
      else if (error?.killed === true)
        resolve({ ok: false, reason: `no answer from ${program} within ${timeoutMs / 1000} s` });
      // Both exit with 1 where one of the processes is gone, and where they have read nothing at all.
      else if (error !== null && stdout.trim() === '')
        resolve({ ok: false, reason: `${program} shows no working directory` });
      else resolve({ ok: true, value: parse(stdout) });
    });
  });
}

/** `4121: /home/dev/project` */
export function parsePwdx(output: string): ReadonlyMap<number, string> {
  return new Map(
    output.split('\n').flatMap(line => {
      const [, pid, path = ''] = /^(\d+): (\/.*)$/.exec(line) ?? [];
      return pid === undefined ? [] : [[Number(pid), path] as const];
    }),
  );
}

/** A line `p4121` for each process, then `fcwd` and `n/home/dev/project`. */
export function parseLsof(output: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  let pid = 0;
  for (const line of output.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    else if (line.startsWith('n/') && pid > 0) found.set(pid, line.slice(1));
  }
  return found;
}
