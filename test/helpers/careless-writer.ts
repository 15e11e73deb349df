/** A program that shares the registries with vigil and takes no lock or only its own, one that reads them all the time,
 * and what their logs prove. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { careless, onlooker } from './programs.ts';
import { start } from './registry-file.ts';

export const ways = ['replaces', 'truncates', 'locks', 'deploys'] as const;
export type Way = (typeof ways)[number];

/** One update of the writer, times in nanoseconds of the monotonic clock. */
type Update = {
  readonly file: string;
  readonly beat: number;
  /** The beat that it read. */
  readonly before: number;
  /** Agents that it read as terminated. */
  readonly seen: readonly string[];
  readonly read: number;
  readonly began: number;
  readonly done: number;
};

type Unreadable = { readonly file: string; readonly began: number; readonly at: number };

/** An agent whose kill was acknowledged: exit 0. */
export type Acknowledged = { readonly id: string; readonly startedAt: number; readonly at: number };

export type CarelessWriter = {
  stop(): Promise<void>;
  /** After `stop`. */
  evidence(): Evidence;
};

export type Evidence = ReturnType<typeof evidenceIn>;

/** Nanoseconds of the clock that Python calls monotonic. */
export const monotonic = () => Number(process.hrtime.bigint());

/** Starts both, and waits until the writer has written each file. */
export async function startCareless(
  way: Way,
  perSecond: number,
  files: readonly string[],
  directory: string,
): Promise<CarelessWriter> {
  const [log, looks] = [join(directory, 'careless.log'), join(directory, 'onlooker.log')];
  const writer = start(careless, [way, perSecond, ...files, log]);
  const observer = start(onlooker, [looks, ...files]);
  const isReady = () =>
    files.every(file => updatesIn(linesOf(log)).some(update => update.file === file));
  try {
    await eventually('the writer has written each file', isReady);
  } catch (error) {
    for (const { child } of [writer, observer]) child.kill('SIGKILL');
    throw error;
  }
  return {
    async stop() {
      for (const { child, ended } of [writer, observer]) {
        child.kill('SIGTERM');
        const { code, said } = await ended;
        if (code !== 0) throw new Error(`a program beside vigil failed: ${said}`);
      }
    },
    evidence: () => evidenceIn(linesOf(log), linesOf(looks)),
  };
}

/** vigil reads once more what it has written after 50 ms; a timer may be early by one. */
const checkedAfter = 49e6;

type Line = { readonly [field: string]: unknown };

function evidenceIn(written: readonly Line[], seen: readonly Line[]) {
  const updates = updatesIn(written);
  const unreadable = seen.filter(line => 'unreadable' in line) as unknown as Unreadable[];
  const terminated = seen.filter(line => 'terminated' in line) as unknown as {
    readonly file: string;
    readonly terminated: readonly string[];
    readonly at: number;
  }[];
  const windows = updates.map(({ file, began, done }) => ({ file, began, done }));
  return {
    updates: updates.length,
    reads: Number(seen.at(-1)?.reads),
    /** Agents that the writer has added. */
    added: (written.at(-1)?.added ?? []) as readonly string[],
    /** By file, the last update that the writer has acknowledged. */
    beats: new Map(updates.map(({ file, beat }) => [file, beat])),
    /** What the writer could not read, though it was not writing. */
    unreadable: written.filter(line => 'unreadable' in line),
    /** Updates that were gone when the writer read the file next: it writes alone beside vigil. */
    lost: updates.filter(({ beat, before }) => before !== beat - 1),
    /** What the observer could not read: all of it, and where the writer was not writing at that moment. */
    looks: {
      unreadable,
      outsideWrites: unreadable.filter(
        look =>
          !windows.some(
            each => each.file === look.file && each.began <= look.at && each.done >= look.began,
          ),
      ),
    },
    /** @returns whether the acknowledged update stayed in the file; `taken back` if the observer had seen it there and
     * the writer has then written what it had read long before. */
    judge(file: string, { id, startedAt, at }: Acknowledged): 'kept' | 'taken back' | 'missing' {
      const own = updates.filter(update => update.file === file);
      const next = own.find(update => update.read > at);
      if (next === undefined || next.seen.includes(id)) return 'kept';
      const wasThere = terminated.some(
        look => look.file === file && look.at <= at && look.terminated.includes(id),
      );
      const isStale = own.some(
        update =>
          !update.seen.includes(id) &&
          update.read < at &&
          update.done > startedAt &&
          update.done - update.read >= checkedAfter,
      );
      return wasThere && isStale ? 'taken back' : 'missing';
    },
  };
}

function updatesIn(lines: readonly Line[]): Update[] {
  return lines.filter(line => 'beat' in line) as unknown as Update[];
}

function linesOf(path: string): Line[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  // The last line may be incomplete while the program runs.
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line));
}
