/** Who is stopped by us just now, on disk before the first SIGSTOP: a vigil that is killed half-way
 * leaves nobody stopped for longer than until the next one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessRef } from '../core/model.ts';
import { unlinkIfThere, writeDurably } from './registry/durable-file.ts';
import { isTrusted, makeStateDirectory } from './state-directory.ts';

export type StoppedNote = {
  write(processes: readonly ProcessRef[]): void;
  /** Who is in our own note. */
  noted(): readonly ProcessRef[];
  clear(): void;
  /** Notes of vigils that are gone, with the processes of this boot. */
  left(): readonly LeftNote[];
};

export type LeftNote = { readonly path: string; readonly processes: readonly ProcessRef[] };

/** @param directory vigil's own state directory. */
export function createStoppedNote(directory: string, bootId: string): StoppedNote {
  const path = join(directory, `stopped-${process.pid}.json`);
  let noted: readonly ProcessRef[] = [];
  return {
    write(processes) {
      makeStateDirectory(directory);
      const all = [...noted, ...processes].map(({ pid, start }) => [
        `${pid}@${start}`,
        { pid, start },
      ]);
      // Nobody is forgotten because others are stopped after it.
      const refs = [...new Map(all as [string, ProcessRef][]).values()];
      writeDurably(path, Buffer.from(JSON.stringify({ bootId, processes: refs })));
      noted = refs;
    },
    noted: () => noted,
    clear() {
      if (noted.length > 0) unlinkIfThere(path);
      noted = [];
    },
    left() {
      if (!isTrusted(directory)) return [];
      return namesIn(directory).flatMap(name => {
        const owner = /^stopped-(\d+)\.json$/.exec(name)?.[1];
        if (owner === undefined || existsSync(`/proc/${owner}`)) return [];
        return [
          { path: join(directory, name), processes: readNote(join(directory, name), bootId) },
        ];
      });
    },
  };
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function readNote(path: string, bootId: string): ProcessRef[] {
  try {
    const note = JSON.parse(readFileSync(path, 'utf8'));
    if (note.bootId !== bootId || !Array.isArray(note.processes)) return [];
    return note.processes.filter(
      (each: Partial<ProcessRef>) =>
        Number.isSafeInteger(each.pid) && (each.pid ?? 0) > 2 && typeof each.start === 'string',
    );
  } catch {
    return [];
  }
}
