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
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { Author } from '../../core/model/history.ts';
import type { AuditLog, RegistryEntry } from '../../core/ports/audit-log.ts';
import { selfRef } from '../processes/identity.ts';
import { makeOwnDirectory, writeAll } from '../registry/durable-file.ts';
import { reasonOf } from '../registry/safe-file.ts';
import { readIfThere } from '../run/text-file.ts';
import { hasCode, tryTo } from '../run/try-to.ts';
import { createLogFollower } from './log-follower.ts';
import { makeStateDirectory } from './state-directory.ts';

export type LastWrite = Omit<RegistryEntry, 'waitedMs'> & { readonly pid: number };

/** Size at which it is renamed to `.1`, replacing the previous one. */
const rotatedBytes = 5_000_000;

/** @param writer uid and command of this vigil. @param isNamed the user named the file: then links are followed. */
export function createAuditLog(
  path: string,
  writer: Pick<Author, 'uid' | 'command' | 'run'>,
  isNamed = false,
): AuditLog {
  let failure: string | undefined;
  let author: Author | undefined;
  let kept: { readonly stamp: string; readonly lines: readonly unknown[] } | undefined;
  const sizeNow = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let isMade = false;
  return {
    write(entry) {
      author ??= authorOf(writer);
      const fields = { time: new Date().toISOString(), by: author, ...entry };
      const line = Buffer.from(`${JSON.stringify(fields)}\n`);
      // Nothing is truncated until the size is known.
      let size = Number.POSITIVE_INFINITY;
      try {
        if (!isMade) (isNamed ? makeOwnDirectory : makeStateDirectory)(dirname(path));
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
    read() {
      const paths = [`${path}.1`, path];
      const stamp = paths.map(stampOf).join(' ');
      if (kept?.stamp === stamp) return { ok: true, value: kept.lines };
      const lines: unknown[] = [];
      for (const each of paths) {
        const found = readIfThere(each);
        if (!found.ok) return { ok: false, reason: `${each}: ${found.reason}` };
        for (const line of (found.value ?? '').split('\n')) {
          const parsed = line === '' ? undefined : tryTo(() => JSON.parse(line));
          if (parsed !== undefined) lines.push(parsed);
        }
      }
      kept = { stamp, lines };
      return { ok: true, value: lines };
    },
    follow: () => createLogFollower(path),
    warnings() {
      const failures = failure === undefined ? [] : [failure];
      failure = undefined;
      return failures;
    },
  };
}

/** Changes with every write. */
function stampOf(path: string): string {
  const info = tryTo(() => statSync(path, { throwIfNoEntry: false }));
  return info === undefined ? '' : `${info.ino} ${info.size} ${info.mtimeMs}`;
}

/** Who writes: user, process, and where the ssh client is. */
function authorOf({ uid, command, run }: Pick<Author, 'uid' | 'command' | 'run'>): Author {
  const from = /^\S+/.exec(process.env.SSH_CONNECTION ?? '')?.[0];
  return { uid, user: tryTo(() => userInfo().username), ...selfRef(), command, from, run };
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
  return hasCode(error, 'ELOOP', 'ENXIO') ? reasonOf(error) : (error as Error).message;
}

/** @returns the last change of each registry in the log, by path. */
export function readLastWrites(path: string): ReadonlyMap<string, LastWrite> {
  const writes = [`${path}.1`, path].flatMap(linesOf).flatMap(line => writeOf(line) ?? []);
  return new Map(writes.map(write => [write.registry, write]));
}

function linesOf(path: string): string[] {
  const found = readIfThere(path);
  const text = found.ok ? (found.value ?? '') : '';
  return text.split('\n').filter(line => line.includes('"registry":'));
}

/** @returns nothing for a line of another kind, or a truncated one. */
function writeOf(line: string): LastWrite | undefined {
  const { by, registry, modified, command } = Object(tryTo(() => JSON.parse(line)));
  if (typeof registry !== 'string' || typeof modified !== 'string') return undefined;
  return { pid: Number(by?.pid), registry, modified, command: `${command}` };
}
