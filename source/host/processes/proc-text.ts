/** Reads of /proc in which missing and unreadable files count as empty. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

export function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** @returns the target of a link. */
export function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
