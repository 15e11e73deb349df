/** The lock of a guard: a flock for its life, which the kernel releases if the process is killed.
 * The file has the identity of its owner, so that the guard after it knows which one exited. */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  unlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { GuardOwner } from '../../core/model/guard-status.ts';
import type { Reading } from '../../core/model/model.ts';
import { flock, flockByProgram } from '../lock/flock.ts';
import { holdersOf } from '../lock/lock-holders.ts';
import { isThere } from '../processes/identity.ts';
import { makeOwnDirectory, writeAll } from '../registry/durable-file.ts';
import { faultOf, reasonOf } from '../registry/safe-file.ts';
import { tryTo } from '../run/try-to.ts';

/** A lock that another guard holds stays held: it is not waited for. */
const waitMs = 10;
/** The file may be replaced while it is opened, when its owner exits. */
const mostTries = 5;

type Lock = { readonly previous?: GuardOwner; release(): void };

/** @returns the locks to take. A guard that was started before the workspace had a registry holds the one beside it.
 * @param workspace undefined for a machine without one. @param state vigil's state directory. */
export function guardLockPaths(workspace: string | undefined, state: string): readonly string[] {
  if (workspace === undefined) return [join(state, 'watch.lock')];
  const beside = join(workspace, '.vigil-watch.lock');
  const directory = join(workspace, 'registry');
  if (!existsSync(directory)) return [beside];
  const inside = join(directory, '.vigil-watch.lock');
  return existsSync(beside) ? [beside, inside] : [inside];
}

/** Takes the lock without waiting. @returns the lock, or which process holds it. */
export async function lockGuard(path: string, owner: GuardOwner): Promise<Reading<Lock>> {
  for (let tries = 0; tries < mostTries; tries++) {
    const lock = await tryLock(path, owner);
    if (lock !== 'replaced') return lock;
  }
  return { ok: false, reason: `${path}: other guards keep replacing it` };
}

async function tryLock(path: string, owner: GuardOwner): Promise<Reading<Lock> | 'replaced'> {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  let descriptor: number;
  try {
    makeOwnDirectory(dirname(path));
    descriptor = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    return { ok: false, reason: `${path}: ${reasonOf(error)}` };
  }
  const close = () => tryTo(() => closeSync(descriptor));
  try {
    const info = fstatSync(descriptor, { bigint: true });
    // Taken once: a guard that only reports need not keep native code loaded for it.
    const taken = await flockByProgram(descriptor, 'exclusive', waitMs);
    const result = taken === 'missing' ? await flock(descriptor, 'exclusive', waitMs) : taken;
    const now = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    const isSame = now?.ino === info.ino && now.dev === info.dev;
    // Its owner has removed it meanwhile.
    if (!isSame) {
      close();
      return 'replaced';
    }
    const odd = faultOf(info);
    const known = odd === undefined ? ownerIn(readFileSync(descriptor, 'utf8')) : undefined;
    const holds = known !== undefined && known.bootId === owner.bootId && isThere(known);
    const isFree = result === 'locked' || (result === 'missing' && !holds);
    if (odd !== undefined || !isFree) {
      const holder = holds ? describe(known) : await holdersOf(path, false);
      close();
      const reason = odd === undefined ? `${holder} is the guard already` : odd;
      return { ok: false, reason: `${path}: ${reason}` };
    }
    ftruncateSync(descriptor, 0);
    writeAll(descriptor, Buffer.from(`${JSON.stringify(owner)}\n`), 0);
    const release = () => {
      tryTo(() => {
        const there = lstatSync(path, { bigint: true });
        if (there.ino === info.ino && there.dev === info.dev) unlinkSync(path);
      });
      close();
    };
    return { ok: true, value: { previous: known, release } };
  } catch (error) {
    close();
    return { ok: false, reason: `${path}: ${reasonOf(error)}` };
  }
}

function describe({ pid, startedAt }: GuardOwner): string {
  return `pid ${pid} (vigil watch, since ${new Date(startedAt).toISOString()})`;
}

/** @returns nothing for an empty or incomplete file. */
function ownerIn(text: string): GuardOwner | undefined {
  const value = Object(tryTo(() => JSON.parse(text)));
  const { pid, start, bootId, startedAt } = value;
  const isWhole =
    Number.isSafeInteger(pid) &&
    Number.isFinite(startedAt) &&
    [start, bootId].every(each => typeof each === 'string');
  return isWhole ? { pid, start, bootId, startedAt } : undefined;
}
