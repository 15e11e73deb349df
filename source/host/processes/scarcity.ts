/** Where this process has used up what it may have. Nothing follows from that about what was asked for: a
 * file that cannot be opened for want of a descriptor is no file that is gone. */
import { readFileSync } from 'node:fs';

const scarce = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN']);
/** What most systems allow at least. */
const usualLimit = 1024;
/** For Node itself, and for files and pipes that are open for a moment. */
const reserve = 64;

export function isScarcity(error: unknown): boolean {
  return scarce.has((error as NodeJS.ErrnoException).code ?? '');
}

/** @returns how many descriptors may be kept open: this share of what the process may have beside the
 * reserve, and never more than `most`. */
export function shareOfDescriptors(share: number, most: number): number {
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
