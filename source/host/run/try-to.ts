/** System calls whose failure is expected. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** @returns the result; nothing if the call throws. Also for cleanup after an earlier failure. */
export function tryTo<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** @returns the system's name of an error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(codeOf(error) ?? '');
}

export function namesIn(directory: string): readonly string[] {
  return tryTo(() => readdirSync(directory)) ?? [];
}

/** The text of a small file; a missing or unreadable one counts as empty. */
export function textOf(path: string): string {
  return tryTo(() => readFileSync(path, 'latin1')) ?? '';
}

/** @returns the target of a link. */
export function linkAt(path: string): string | undefined {
  return tryTo(() => readlinkSync(path));
}
