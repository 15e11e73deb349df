/** Errors caused by this process's own resource limits. They say nothing about the file: one that
 * cannot be opened for lack of a descriptor still exists. */
import { readFileSync } from 'node:fs';

const scarce = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN']);
/** The usual minimum. */
const usualLimit = 1024;
/** Kept free for Node itself and for short-lived files and pipes. */
const reserve = 64;

export function isResourceLimit(error: unknown): boolean {
  return scarce.has((error as NodeJS.ErrnoException).code ?? '');
}

/** @returns how many descriptors may stay open: this share of the limit minus the reserve, at
 * most `most`. */
export function descriptorBudget(share: number, most: number): number {
  return Math.min(most, Math.floor(Math.max(0, descriptorLimit() - reserve) * share));
}

function descriptorLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? usualLimit);
  } catch {
    return usualLimit;
  }
}
