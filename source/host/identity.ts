/** Whether somebody still is who they were. */
import { readFileSync } from 'node:fs';
import type { ProcessRef } from '../core/model.ts';
import { parseStat } from './proc-stat.ts';

/** The same process, and not dead: a zombie needs no signal.
 * @param path its directory in /proc, or a handle of it that cannot be reused. */
export function isThere({ pid, start }: ProcessRef, path = `/proc/${pid}`): boolean {
  try {
    const bytes = readFileSync(`${path}/stat`);
    const stat = parseStat(bytes, bytes.length);
    if (stat === undefined || stat.start !== start) return false;
    return !((stat.state === 'Z' || stat.state === 'X') && stat.threads <= 1);
  } catch {
    return false;
  }
}

/** This very process. */
export function selfRef(): ProcessRef {
  const { pid } = process;
  try {
    const bytes = readFileSync(`/proc/${pid}/stat`);
    return { pid, start: parseStat(bytes, bytes.length)?.start ?? '' };
  } catch {
    return { pid, start: '' };
  }
}
