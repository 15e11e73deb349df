/** One registry file, locked for us alone: first the queue among vigils (proper-lockfile), then
 * flock(2) on the data file itself, which is what the orchestrator waits for. */
import { closeSync, constants, lstatSync } from 'node:fs';
import { tryTo } from '../registry/durable-file.ts';
import { faultOf, type OpenFile, openOwnFile, reasonOf } from '../registry/safe-file.ts';
import { flock } from './flock.ts';
import { holdersOf } from './lock-holders.ts';
import { enterQueue, type Leave } from './queue.ts';

export type LockedFile = OpenFile & { readonly path: string; release(): Promise<void> };

export type LockFailure =
  | { readonly kind: 'busy'; readonly path: string; readonly holder: string }
  | { readonly kind: 'refused'; readonly path: string; readonly reason: string };

export type LockResult = { readonly kind: 'locked'; readonly file: LockedFile } | LockFailure;

/** A file that is replaced again and again is not chased for ever. */
const mostReplacements = 5;

/** Locks a file, waiting no longer than until `deadline` (epoch milliseconds). Never throws. */
export async function lockFile(path: string, deadline: number): Promise<LockResult> {
  const refused = (reason: string) => ({ kind: 'refused', path, reason }) as const;
  try {
    // Odd files are refused before anything is made beside them.
    const odd = faultOf(lstatSync(path, { bigint: true }));
    if (odd !== undefined) return refused(odd);
    const leave = await enterQueue(path, deadline);
    if (!leave.ok) return refused(leave.reason);
    if (leave.value === 'busy') return { kind: 'busy', path, holder: await holdersOf(path, true) };
    const result = await lockData(path, deadline);
    if (result.kind !== 'locked') {
      await leave.value();
      return result;
    }
    const release = async () => {
      // In the order of taking, backwards. Closing the last descriptor unlocks.
      // Linux has let go of the descriptor even where close reports an error.
      tryTo(() => closeSync(result.file.descriptor));
      await (leave.value as Leave)();
    };
    return { kind: 'locked', file: { ...result.file, path, release } };
  } catch (error) {
    return refused(reasonOf(error));
  }
}

/** The flock itself; begun anew where the file was replaced while we waited for it. */
async function lockData(path: string, deadline: number) {
  const refused = (reason: string) => ({ kind: 'refused', path, reason }) as const;
  for (let attempt = 0; attempt < mostReplacements; attempt++) {
    const file = openOwnFile(path, constants.O_RDWR);
    if (!file.ok) return refused(file.reason);
    const { descriptor, info } = file.value;
    const result = await flock(descriptor, 'exclusive', Math.max(1, deadline - Date.now()));
    if (result === 'locked') {
      const now = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (now?.ino === info.ino && now.dev === info.dev)
        return { kind: 'locked', file: file.value } as const;
    }
    closeSync(descriptor);
    if (result === 'missing')
      return refused(
        'cannot lock: flock(1) is not installed (util-linux) and flock(2) cannot be called',
      );
    if (result === 'failed') return refused('cannot lock: flock(1) failed');
    if (result === 'busy')
      return { kind: 'busy', path, holder: await holdersOf(path, false) } as const;
  }
  return refused('another writer keeps replacing it');
}
