/** The journal of a shutdown, and the claim that allows one at a time. `shutdown_state.json` of a
 * workspace may also come from other tools, with only a time and a reason: that is a finished
 * shutdown. */
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
import { type ShutdownState, shutdownPhases } from '../../core/lifecycle/shutdown-journal.ts';
import type { Reading } from '../../core/model/model.ts';
import type { ShutdownClaim } from '../../core/ports/workspace-journals.ts';
import { flock } from '../lock/flock.ts';
import { isThere } from '../processes/identity.ts';
import { writeDurably } from '../registry/durable-file.ts';
import { readOwnFile, reasonOf } from '../registry/safe-file.ts';
import { tryTo } from '../run/try-to.ts';

const largestBytes = 8 * 1024 * 1024;
/** A claim is held for seconds, so it is not waited for. */
const waitMs = 10;

export function writeShutdown(workspace: string, state: ShutdownState): void {
  writeDurably(pathOf(workspace), Buffer.from(`${JSON.stringify(state, null, 2)}\n`));
}

export function readShutdown(workspace: string): Reading<ShutdownState | undefined> {
  try {
    const file = readOwnFile(pathOf(workspace), largestBytes);
    if (!file.ok) return file.isMissing ? { ok: true, value: undefined } : file;
    return { ok: true, value: stateOf(JSON.parse(String(file.value))) };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

function pathOf(workspace: string): string {
  return join(workspace, 'shutdown_state.json');
}

function stateOf(value: Partial<ShutdownState>): ShutdownState | undefined {
  const phase = shutdownPhases.find(each => each === value?.phase);
  const by = value?.by;
  if (phase === undefined || !Number.isSafeInteger(by?.pid)) return undefined;
  return {
    timestamp: String(value.timestamp),
    reason: String(value.reason),
    phase,
    startedAt: String(value.startedAt),
    by: { pid: Number(by?.pid), start: String(by?.start), bootId: String(by?.bootId) },
    resumed: Number(value.resumed) || 0,
    agents: Array.isArray(value.agents) ? value.agents : [],
  };
}

/** Allows one shutdown of a workspace at a time: a flock for its duration, which the kernel
 * releases if the process is killed. */
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
  if (!isFree) {
    closeSync(descriptor);
    return { ok: false, reason: `a shutdown is in progress${holder ?? ''}` };
  }
  const release = () => {
    tryTo(() => unlinkSync(path));
    tryTo(() => closeSync(descriptor));
  };
  return { ok: true, value: { release } };
}

/** The pid in the shutdown's journal, which is written right after the claim. */
function runnerOf(workspace: string): string | undefined {
  const state = readShutdown(workspace);
  if (!state.ok || state.value === undefined) return undefined;
  const { by, startedAt } = state.value;
  return isThere(by) ? `, run by pid ${by.pid} since ${startedAt}` : undefined;
}
