/** Working directories for polls: a program has to be started to read them, so they are read once for each process, and
 * again after a while. */
import { identityOf, type ProcessRef, type Reading } from '../../../core/model/model.ts';
import { readWorkingDirectories } from './working-directories.ts';

const keptMs = 30_000;

/** @param read the directories of these pids. @param now steady clock, milliseconds. */
export function createDirectoryReader(
  now: () => number,
  read: (
    pids: readonly number[],
  ) => Promise<Reading<ReadonlyMap<number, string>>> = readWorkingDirectories,
) {
  /** By identity; without a directory where none could be read. */
  let known = new Map<string, { readonly at: number; readonly directory?: string }>();
  return async (processes: readonly ProcessRef[]): Promise<ReadonlyMap<number, string>> => {
    const at = now();
    const isKept = (each: ProcessRef) => {
      const before = known.get(identityOf(each));
      return before !== undefined && at - before.at < keptMs;
    };
    const wanted = processes.filter(each => !isKept(each));
    const found = await read(wanted.map(({ pid }) => pid));
    const isNew = new Set(wanted);
    known = new Map(
      processes.map(each => {
        const key = identityOf(each);
        const directory = found.ok ? found.value.get(each.pid) : undefined;
        return [key, isNew.has(each) ? { at, directory } : (known.get(key) ?? { at })] as const;
      }),
    );
    return new Map(
      processes.flatMap(each => {
        const directory = known.get(identityOf(each))?.directory;
        return directory === undefined ? [] : [[each.pid, directory] as const];
      }),
    );
  };
}
