/** Reads the lines that were added to the audit log, also across a rotation, without keeping any: a guard runs for
 * weeks, and the log has megabytes. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { tryTo } from '../run/try-to.ts';

const chunkBytes = 65_536;
/** A longer line is not vigil's. */
const longestLine = 1_000_000;

/** What has been read of one file. */
type Position = { readonly inode: number; offset: number };

/** @returns a function that yields the new lines that are JSON, oldest first; at first all of the log and the rotated
 * one. A file that cannot be read has none. */
export function createLogFollower(path: string): () => Iterable<unknown> {
  let last: Position | undefined;
  const rotated = `${path}.1`;
  return function* () {
    const older = positionIn(rotated);
    const newer = positionIn(path);
    // Rotated since: the rest of it comes first.
    if (older !== undefined && (last === undefined || last.inode === older.inode)) {
      last ??= { inode: older.inode, offset: 0 };
      yield* linesFrom(rotated, last);
    }
    if (newer === undefined) return;
    const isSame = last?.inode === newer.inode && last.offset <= newer.offset;
    const from = { inode: newer.inode, offset: isSame ? (last?.offset ?? 0) : 0 };
    last = from;
    yield* linesFrom(path, from);
  };
}

/** @returns the file and its length; nothing for what is no regular file. */
function positionIn(path: string): Position | undefined {
  return reading(path, descriptor => {
    const info = fstatSync(descriptor);
    return info.isFile() ? { inode: info.ino, offset: info.size } : undefined;
  });
}

/** Reads whole lines, and advances the position past them. */
function* linesFrom(path: string, position: Position): Generator<unknown> {
  let rest = Buffer.alloc(0);
  for (;;) {
    const chunk = reading(path, descriptor => {
      if (fstatSync(descriptor).ino !== position.inode) return undefined;
      const buffer = Buffer.alloc(chunkBytes);
      const length = readSync(descriptor, buffer, 0, chunkBytes, position.offset + rest.length);
      return buffer.subarray(0, length);
    });
    if (chunk === undefined || chunk.length === 0) return;
    const text = Buffer.concat([rest, chunk]);
    const end = text.lastIndexOf(0x0a) + 1;
    if (end > 0) {
      position.offset += end;
      for (const line of text.toString('utf8', 0, end).split('\n')) {
        const parsed = line === '' ? undefined : tryTo(() => JSON.parse(line));
        if (parsed !== undefined) yield parsed;
      }
    }
    rest = Buffer.from(text.subarray(end));
    if (rest.length > longestLine) {
      position.offset += rest.length;
      rest = Buffer.alloc(0);
    }
  }
}

function reading<T>(path: string, work: (descriptor: number) => T): T | undefined {
  return tryTo(() => {
    // A FIFO would block.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return work(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}
