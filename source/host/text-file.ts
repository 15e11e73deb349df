/** A text that a person wrote for vigil. */
import { readFileSync } from 'node:fs';
import type { Reading } from '../core/model.ts';

/** None is fine; one that cannot be read is not taken for none.
 * @param path or 0 for stdin. */
export function readIfThere(path: string | 0): Reading<string | undefined> {
  try {
    return { ok: true, value: readFileSync(path, 'utf8') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
    return isAbsent ? { ok: true, value: undefined } : { ok: false, reason: message };
  }
}
