/** Locks one registry file: first the queue among vigils (proper-lockfile), then flock(2) on the
 * data file itself, which the orchestrator waits for. */
import { closeSync, constants, lstatSync } from 'node:fs';
import { faultOf, type OpenFile, openOwnFile, reasonOf } from '../registry/safe-file.ts';
import { tryTo } from '../run/try-to.ts';
import { flock } from './flock.ts';
import { holdersOf } from './lock-holders.ts';
import { enterQueue } from './queue.ts';

export type LockedFile = OpenFile & { readonly path: string; release(): Promise<void> };

type LockResult =
  | { readonly kind: 'locked'; readonly file: LockedFile }
  | { readonly kind: 'busy'; readonly path: string; readonly holder: string }
  | { readonly kind: 'refused'; readonly path: string; readonly reason: string };

/** Limits retries for a file that is replaced again and again. */
const mostReplacements = 5;

/** Locks a file, waiting until `deadline` at most (epoch milliseconds). Never throws. */
export async function lockFile(path: string, deadline: number): Promise<LockResult> {
  const refused = (reason: string) => ({ kind: 'refused', path, reason }) as const;
  try {
    // Irregular files are refused before anything is created beside them.
    const odd = faultOf(lstatSync(path, { bigint: true }));
    if (odd !== undefined) return refused(odd);
    const turn = await enterQueue(path, deadline);
    if (!turn.ok) return refused(turn.reason);
    const { value: leave } = turn;
    if (leave === 'busy') return { kind: 'busy', path, holder: await holdersOf(path, true) };
    const result = await lockData(path, deadline);
    if (result.kind !== 'locked') {
      await leave();
      return result;
    }
    const release = async () => {
      // Reverse order of locking. Closing the last descriptor unlocks, on Linux even if close
      // reports an error.
      tryTo(() => closeSync(result.file.descriptor));
      await leave();
    };
    return { kind: 'locked', file: { ...result.file, path, release } };
  } catch (error) {
    return refused(reasonOf(error));
  }
}

/** Takes the flock; starts over if the file was replaced while waiting. */
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
