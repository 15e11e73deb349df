/** The audit log: one JSON line for every signal, every changed registry, and the start and end
 * of work. An unwritable log never stops a termination or a change. */
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
import { makeOwnDirectory, writeAll } from '../registry/durable-file.ts';
import { reasonOf } from '../registry/safe-file.ts';
import { readIfThere } from '../run/text-file.ts';
import { tryTo } from '../run/try-to.ts';
import { makeStateDirectory } from './state-directory.ts';

/** The state of a registry after vigil's write. */
export type RegistryWrite = {
  readonly registry: string;
  /** Its modification time then, nanoseconds; later writes by other programs change it. */
  readonly modified: string;
  /** The command, such as `reconcile`; `top` for the screen. */
  readonly command: string;
};

export type LastWrite = RegistryWrite & { readonly pid: number };

export type AuditLog = {
  /** @param entry the fields besides time and writer. */
  write(entry: object): void;
  /** Why it could not be written since the last call. */
  warnings(): readonly string[];
};

/** Size at which it is renamed to `.1`, replacing the previous one. */
const rotatedBytes = 5_000_000;

/** @param isNamed the user named the file: then links are followed. */
export function createAuditLog(path: string, uid: number, isNamed = false): AuditLog {
  let failure: string | undefined;
  const sizeNow = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let isMade = false;
  return {
    write(entry) {
      const fields = { time: new Date().toISOString(), by: { uid, pid: process.pid }, ...entry };
      const line = Buffer.from(`${JSON.stringify(fields)}\n`);
      // Nothing is truncated until the size is known.
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
        // A full disk may leave a partial line, which would garble the next one.
        tryTo(() => {
          const added = sizeNow() - size;
          if (added > 0 && added < line.length) truncateSync(path, size);
        });
      }
    },
    warnings() {
      const failures = failure === undefined ? [] : [failure];
      failure = undefined;
      return failures;
    },
  };
}

/** Never waits: a FIFO is not accepted as a log, with or without a reader. */
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

/** The system's message, unless it says nothing useful. */
function wordsOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ELOOP' || code === 'ENXIO' ? reasonOf(error) : message;
}

/** @returns the last change of each registry in the log, by path. */
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

/** @returns nothing for a line of another kind, or a truncated one. */
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
