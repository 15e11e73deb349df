/** Whether a process of /proc is still the one that was recorded. */
import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import type { ProcessRef } from '../../core/model/model.ts';
import { codeOf, tryTo } from '../run/try-to.ts';
import { parseStat, type Stat } from './proc-stat.ts';

/** @param path its directory in /proc, or a handle that cannot be reused.
 * @returns the stat of the same live process; nothing if it cannot be read, which does not prove
 * an exit. */
export function livingStat(
  { pid, start }: ProcessRef,
  path = `/proc/${pid}`,
  root?: string,
): Stat | 'over' | undefined {
  try {
    const stat = readStat(`${path}/stat`);
    if (stat === undefined) return undefined;
    const isDead = (stat.state === 'Z' || stat.state === 'X') && stat.threads <= 1;
    return isDead || stat.start !== start ? 'over' : stat;
  } catch (error) {
    return isGone(error, root) ? 'over' : undefined;
  }
}

/** Buffer for one stat line; readFileSync allocates 64 KB for a file without a size. */
const statBytes = Buffer.allocUnsafe(2048);

/** @throws the system's error. */
export function readStat(path: string): Stat | undefined {
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    return parseStat(statBytes, readSync(descriptor, statBytes, 0, statBytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** Without /proc, a missing file proves nothing. */
export function isGone(error: unknown, root = '/proc'): boolean {
  const code = codeOf(error);
  return code === 'ESRCH' || (code === 'ENOENT' && existsSync(`${root}/self/stat`));
}

/** @returns this process. */
export function procSelf(): ProcessRef {
  const { pid } = process;
  return { pid, start: tryTo(() => readStat(`/proc/${pid}/stat`))?.start ?? '' };
}

export function procState(pid: number): string | undefined {
  return tryTo(() => readStat(`/proc/${pid}/stat`))?.state;
}
