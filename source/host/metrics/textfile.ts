/** Metrics in a file, for the textfile collector of node_exporter: written beside it and renamed, so that the collector
 * never reads half of one. */
import { closeSync, constants, fchmodSync, openSync, renameSync } from 'node:fs';
import type { Reading } from '../../core/model/model.ts';
import { unlinkIfThere, writeAll } from '../registry/durable-file.ts';
import { tryTo } from '../run/try-to.ts';

/** The collector runs as another user. */
const mode = 0o644;

/** @param path should end in `.prom`; the temporary name does not, so that the collector ignores it. */
export function writeTextfile(path: string, text: string): Reading<true> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    unlinkIfThere(temporary);
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
    const descriptor = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    try {
      fchmodSync(descriptor, mode);
      writeAll(descriptor, Buffer.from(text), 0);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
    return { ok: true, value: true };
  } catch (error) {
    tryTo(() => unlinkIfThere(temporary));
    return { ok: false, reason: (error as Error).message };
  }
}
