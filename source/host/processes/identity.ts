/** Whether somebody still is who they were. */
import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import type { ProcessRef } from '../../core/model/model.ts';
import { parseStat, type Stat } from './proc-stat.ts';

/** The same process, and not dead: a zombie needs no signal.
 * @param path its directory in /proc, or a handle of it that cannot be reused. */
export function isThere(process: ProcessRef, path = `/proc/${process.pid}`): boolean {
  return typeof livingStat(process, path) === 'object';
}

/** Known to be dead, or somebody else by now. */
export function isOver(process: ProcessRef): boolean {
  return livingStat(process, `/proc/${process.pid}`) === 'over';
}

/** Of the same process, and not dead.
 * @returns nothing where it cannot be read, which is no death. */
export function livingStat(
  { start }: ProcessRef,
  path: string,
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

/** One read of a stat line; readFileSync takes 64 K of memory for a file without a size. */
const statBytes = Buffer.allocUnsafe(2048);

function readStat(path: string): Stat | undefined {
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    return parseStat(statBytes, readSync(descriptor, statBytes, 0, statBytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** Where there is no /proc, a file that is not there tells nothing. */
export function isGone(error: unknown, root = '/proc'): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ESRCH' || (code === 'ENOENT' && existsSync(`${root}/self/stat`));
}

/** This very process. */
export function selfRef(): ProcessRef {
  const { pid } = process;
  try {
    return { pid, start: readStat(`/proc/${pid}/stat`)?.start ?? '' };
  } catch {
    return { pid, start: '' };
  }
}
