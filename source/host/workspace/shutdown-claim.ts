/** Allows one shutdown of a workspace at a time: a flock for its duration, which the kernel
 * releases if the process is killed. */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Reading } from '../../core/model/model.ts';
import type { ShutdownClaim } from '../../core/ports/workspace-journals.ts';
import { flock } from '../lock/flock.ts';
import { isThere } from '../processes/identity.ts';
import { reasonOf } from '../registry/safe-file.ts';
import { tryTo } from '../run/try-to.ts';
import { readShutdown } from './shutdown-file.ts';

/** It is held for seconds, so it is not waited for. */
const waitMs = 10;

export async function claimShutdown(workspace: string): Promise<Reading<ShutdownClaim>> {
  const directory = join(workspace, 'registry');
  const path = join(existsSync(directory) ? directory : workspace, '.vigil-shutdown.lock');
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
  let descriptor: number;
  try {
    descriptor = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
  } catch (error) {
    return { ok: false, reason: `${path}: ${reasonOf(error)}` };
  }
  const result = await flock(descriptor, 'exclusive', waitMs);
  // The previous holder may have removed the file on release.
  const isSame = lstatSync(path, { throwIfNoEntry: false })?.ino === fstatSync(descriptor).ino;
  const holder = runnerOf(workspace);
  const isFree = result === 'locked' ? isSame : result === 'missing' && holder === undefined;
  if (isFree)
    return {
      ok: true,
      value: {
        release() {
          tryTo(() => unlinkSync(path));
          tryTo(() => closeSync(descriptor));
        },
      },
    };
  closeSync(descriptor);
  return { ok: false, reason: `a shutdown is in progress${holder ?? ''}` };
}

/** The pid in the shutdown's journal, which is written right after the claim. */
function runnerOf(workspace: string): string | undefined {
  const state = readShutdown(workspace);
  if (!state.ok || state.value === undefined) return undefined;
  const { by, startedAt } = state.value;
  return isThere(by) ? `, run by pid ${by.pid} since ${startedAt}` : undefined;
}
