/** The audit log: one JSON line for every signal, every change of a registry, and for what begins and
 * ends. A log that cannot be written never stops an ending or a change. */
import { appendFileSync, readFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { tryTo } from './registry/durable-file.ts';
import { makeStateDirectory } from './state-directory.ts';

/** A registry as vigil left it. */
export type RegistryWrite = {
  readonly registry: string;
  /** Its time of change then, nanoseconds: whoever writes it later changes that. */
  readonly modified: string;
  /** The verb, such as `reconcile`; `top` for the screen. */
  readonly command: string;
};

export type LastWrite = RegistryWrite & { readonly pid: number };

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
  let isMade = false;
  return {
    write(entry) {
      const fields = { time: new Date().toISOString(), by: { uid, pid: process.pid }, ...entry };
      const line = Buffer.from(`${JSON.stringify(fields)}\n`);
      let size = 0;
      try {
        if (!isMade) makeStateDirectory(dirname(path));
        isMade = true;
        size = sizeNow();
        if (size > rotatedBytes) {
          renameSync(path, `${path}.1`);
          size = 0;
        }
        appendFileSync(path, line, { mode: 0o600 });
      } catch (error) {
        isMade = false;
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

/** @returns the last change of each registry that a log tells of, by the registry's path. */
export function readLastWrites(path: string): ReadonlyMap<string, LastWrite> {
  const last = new Map<string, LastWrite>();
  for (const line of [`${path}.1`, path].flatMap(linesOf)) {
    const write = lastWriteOf(line);
    if (write !== undefined) last.set(write.registry, write);
  }
  return last;
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter(line => line.includes('"registry":'));
  } catch {
    return [];
  }
}

/** @returns nothing for a line that is something else, or was cut off. */
function lastWriteOf(line: string): LastWrite | undefined {
  try {
    const { by, registry, modified, command } = JSON.parse(line);
    const isWrite = typeof registry === 'string' && typeof modified === 'string';
    return isWrite
      ? { pid: Number(by?.pid), registry, modified, command: `${command}` }
      : undefined;
  } catch {
    return undefined;
  }
}
