/** Reads text files written by the user. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Reading } from '../../core/model/model.ts';

import { hasCode } from './try-to.ts';

const largestBytes = 8 * 1024 * 1024;

/** A missing file is fine; one that is unreadable or not text is an error.
 * @param path or 0 for stdin. */
export function readIfThere(path: string | 0): Reading<string | undefined> {
  try {
    // Opening a FIFO would block forever.
    const descriptor = path === 0 ? 0 : openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const info = fstatSync(descriptor);
      if (info.isDirectory()) return { ok: false, reason: 'is a directory' };
      if (path !== 0 && !info.isFile()) return { ok: false, reason: 'not a regular file' };
      if (info.size > largestBytes)
        return { ok: false, reason: `larger than the ${largestBytes >> 20} MB allowed` };
      const bytes = readFileSync(descriptor);
      return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
    } finally {
      if (path !== 0) closeSync(descriptor);
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return { ok: true, value: undefined };
    // A socket cannot be opened.
    if (hasCode(error, 'ENXIO')) return { ok: false, reason: 'not a regular file' };
    return {
      ok: false,
      reason: error instanceof TypeError ? 'not UTF-8 text' : (error as Error).message,
    };
  }
}
