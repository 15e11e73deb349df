/** Locks one registry file: first the queue among vigils (proper-lockfile), then flock(2) on the
 * data file itself, which the orchestrator waits for. */
import { closeSync, constants, lstatSync } from 'node:fs';
import { faultOf, type OpenFile, openOwnFile, reasonOf } from '../registry/safe-file.ts';
import { tryTo } from '../run/try-to.ts';
import { flock } from './flock.ts';
import { holdersOf } from './lock-holders.ts';
import { queuePlace } from './own-place.ts';
import { enterQueue } from './queue.ts';

export type LockedFile = OpenFile & {
  readonly path: string;
  /** Another vigil was before us. */
  readonly hasQueued: boolean;
  release(): Promise<void>;
};

type LockResult =
  | { readonly kind: 'locked'; readonly file: LockedFile }
  | { readonly kind: 'busy'; readonly path: string; readonly holder: string }
  | { readonly kind: 'refused'; readonly path: string; readonly reason: string };

/** Locks a file, waiting until `deadline` at most (epoch milliseconds). Never throws. */
export async function lockFile(path: string, deadline: number): Promise<LockResult> {
  const refused = (reason: string) => ({ kind: 'refused', path, reason }) as const;
  try {
    // Irregular files are refused before anything is created beside them.
    const odd = faultOf(lstatSync(path, { bigint: true }));
    if (odd !== undefined) return refused(odd);
    const turn = await enterQueue(path, deadline);
    if (!turn.ok) return refused(turn.reason);
    if (turn.value === 'busy') return { kind: 'busy', path, holder: await holdersOf(path, true) };
    const { leave, hasQueued } = turn.value;
    const theirs = await lockTheirs(path, deadline);
    const result =
      theirs === 'busy'
        ? ({ kind: 'busy', path, holder: await holdersOf(`${path}.lock`, false) } as const)
        : await lockData(path, deadline);
    if (result.kind !== 'locked') {
      closeIfOpen(theirs);
      await leave();
      return result;
    }
    const release = async () => {
      // Reverse order of locking. Closing the last descriptor unlocks, on Linux even if close
      // reports an error.
      tryTo(() => closeSync(result.file.descriptor));
      closeIfOpen(theirs);
      await leave();
    };
    return { kind: 'locked', file: { ...result.file, path, hasQueued, release } };
  } catch (error) {
    return refused(reasonOf(error));
  }
}

/** A plain file in the place of the queue's lock may be another program's lock, held by flock(2) (Python's `filelock`):
 * while vigil writes, it is held too.
 * @returns its descriptor, if there is one. */
async function lockTheirs(path: string, deadline: number): Promise<number | 'busy' | undefined> {
  const { odd } = queuePlace(path);
  const file = odd === undefined ? undefined : openOwnFile(odd, constants.O_RDWR);
  if (file?.ok !== true) return undefined;
  const { descriptor } = file.value;
  const result = await flock(descriptor, 'exclusive', Math.max(1, deadline - Date.now()));
  if (result === 'locked') return descriptor;
  closeSync(descriptor);
  return result === 'busy' ? 'busy' : undefined;
}

function closeIfOpen(descriptor: number | 'busy' | undefined): void {
  if (typeof descriptor === 'number') tryTo(() => closeSync(descriptor));
}

/** Takes the flock; starts over if the file was replaced while waiting. */
async function lockData(path: string, deadline: number) {
  const refused = (reason: string) => ({ kind: 'refused', path, reason }) as const;
  do {
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
  } while (Date.now() < deadline);
  return refused('another program keeps replacing it');
}
