/** Working directories from the links in /proc. */
import type { ProcessRef } from '../../core/model/model.ts';
import { linkAt } from '../run/try-to.ts';
import { procRoot } from './process-source.ts';

/** Working directories by pid; a process that is gone, or another user's, has none. */
export function readDirectories(processes: readonly ProcessRef[]): ReadonlyMap<number, string> {
  return new Map(
    processes.flatMap(({ pid }) => {
      const directory = linkAt(`${procRoot}/${pid}/cwd`);
      return directory === undefined ? [] : [[pid, directory] as const];
    }),
  );
}
