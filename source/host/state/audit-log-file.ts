/** The audit log: one JSON line for every signal, every change of a registry, and for what begins and
 * ends. A log that cannot be written never stops an ending or a change. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { makeOwnDirectory, tryTo, writeAll } from '../registry/durable-file.ts';
import { reasonOf } from '../registry/safe-file.ts';
import { readIfThere } from '../run/text-file.ts';
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
  /** Why it could not be written since the last call. */
  warnings(): readonly string[];
};

/** Then it becomes `.1`, and the one before that is gone. */
const rotatedBytes = 5_000_000;

/** @param isNamed the person named the file: then a link is followed. */
export function createAuditLog(path: string, uid: number, isNamed = false): AuditLog {
  let failure: string | undefined;
  const sizeNow = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let isMade = false;
  return {
    write(entry) {
      const fields = { time: new Date().toISOString(), by: { uid, pid: process.pid }, ...entry };
      const line = Buffer.from(`${JSON.stringify(fields)}\n`);
      // Until it is known nothing is cut off.
      let size = Number.POSITIVE_INFINITY;
      try {
        if (!isMade && !isNamed) makeStateDirectory(dirname(path));
        if (!isMade && isNamed) makeOwnDirectory(dirname(path));
        isMade = true;
        size = sizeNow();
        if (size > rotatedBytes) {
          renameSync(path, `${path}.1`);
          size = 0;
        }
        append(path, line, isNamed);
      } catch (error) {
        isMade = false;
        failure = `cannot write to the audit log ${path}: ${wordsOf(error)}`;
        // On a full disk half of a line may be there; the others are still to be read.
        tryTo(() => {
          const added = sizeNow() - size;
          if (added > 0 && added < line.length) truncateSync(path, size);
        });
      }
    },
    warnings() {
      const told = failure === undefined ? [] : [failure];
      failure = undefined;
      return told;
    },
  };
}

/** Never waits: a FIFO without a reader is no log, and neither is one with a reader. */
function append(path: string, line: Uint8Array, isNamed: boolean): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | (isNamed ? 0 : O_NOFOLLOW);
  const descriptor = openSync(path, flags, 0o600);
  try {
    const info = fstatSync(descriptor);
    // A device may be named on purpose.
    if (!info.isFile() && !(isNamed && info.isCharacterDevice()))
      throw Object.assign(new Error(), { code: 'ENXIO' });
    writeAll(descriptor, line, 0);
  } finally {
    closeSync(descriptor);
  }
}

/** The system's own words, but where they tell nothing. */
function wordsOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ELOOP' || code === 'ENXIO' ? reasonOf(error) : message;
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
  const found = readIfThere(path);
  const text = found.ok ? (found.value ?? '') : '';
  return text.split('\n').filter(line => line.includes('"registry":'));
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
