/** System calls whose failure is expected. */
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

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
  return tryTo(() => readLatin1(path)) ?? '';
}

let buffer: Buffer | undefined;

/** For files without a size, as in procfs: readFileSync allocates 64 KB for each of them.
 * @throws as readFileSync does. */
export function readLatin1(path: string): string {
  buffer ??= Buffer.allocUnsafe(16_384);
  const descriptor = openSync(path, 'r');
  try {
    let text = '';
    for (;;) {
      const length = readSync(descriptor, buffer, 0, buffer.length, null);
      if (length === 0) return text;
      text += buffer.toString('latin1', 0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** @returns the target of a link. */
export function linkAt(path: string): string | undefined {
  return tryTo(() => readlinkSync(path));
}
