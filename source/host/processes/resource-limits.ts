/** Errors caused by this process's own resource limits. They say nothing about the file: one that
 * cannot be opened for lack of a descriptor still exists. */
import { codeOf, textOf } from '../run/try-to.ts';
import { procRoot } from './process-source.ts';

const scarce = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN']);
/** The usual minimum. */
const usualLimit = 1024;
/** Kept free for Node itself and for short-lived files and pipes. */
const reserve = 64;

export function isResourceLimit(error: unknown): boolean {
  return scarce.has(codeOf(error) ?? '');
}

/** @returns how many descriptors may stay open: this share of the limit minus the reserve, at
 * most `most`. */
export function descriptorBudget(share: number, most: number): number {
  const [, limit = usualLimit] =
    /^Max open files +(\d+)/m.exec(textOf(`${procRoot}/self/limits`)) ?? [];
  return Math.min(most, Math.floor(Math.max(0, Number(limit) - reserve) * share));
}
