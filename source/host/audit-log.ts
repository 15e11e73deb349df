/** The audit log: one JSON line for every signal, and for what begins and ends. A log that cannot
 * be written never stops an ending. */
import { appendFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { tryTo } from './registry/durable-file.ts';
import { makeStateDirectory } from './state-directory.ts';

export type AuditLog = {
  /** @param entry what the line says besides time and writer. */
  write(entry: object): void;
  /** Why it could not be written since this was asked last. */
  trouble(): string | undefined;
};

/** Then it becomes `.1`, and the one before that is gone. */
const rotatedBytes = 5_000_000;

export function createAuditLog(path: string, uid: number): AuditLog {
  let failure: string | undefined;
  const sizeNow = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return {
    write(entry) {
      const fields = { time: new Date().toISOString(), by: { uid, pid: process.pid }, ...entry };
      const line = Buffer.from(`${JSON.stringify(fields)}\n`);
      let size = 0;
      try {
        makeStateDirectory(dirname(path));
        size = sizeNow();
        if (size > rotatedBytes) {
          renameSync(path, `${path}.1`);
          size = 0;
        }
        appendFileSync(path, line, { mode: 0o600 });
      } catch (error) {
        failure = `nothing is written to the log ${path}: ${(error as Error).message}`;
        // On a full disk half of a line may be there; the others are still to be read.
        tryTo(() => {
          const added = sizeNow() - size;
          if (added > 0 && added < line.length) truncateSync(path, size);
        });
      }
    },
    trouble() {
      const told = failure;
      failure = undefined;
      return told;
    },
  };
}
