/** The audit log: one JSON line for every signal, and for what begins and ends. A log that cannot be written never stops an ending. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** @param entry what the line says besides time and writer. */
export type AuditLog = { write(entry: object): void };

/** Then it becomes `.1`, and the one before that is gone. */
const rotatedBytes = 5_000_000;

export function createAuditLog(path: string, uid: number): AuditLog {
  let isBroken = false;
  return {
    write(entry) {
      if (isBroken) return;
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        if (size > rotatedBytes) renameSync(path, `${path}.1`);
        const line = { time: new Date().toISOString(), by: { uid, pid: process.pid }, ...entry };
        appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
      } catch {
        isBroken = true;
      }
    },
  };
}
