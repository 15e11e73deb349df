/** `shutdown_state.json` of a workspace. Other tools write one with only a time and a reason:
 * that is a finished shutdown. */
import { closeSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ShutdownState, shutdownPhases } from '../../core/lifecycle/shutdown-journal.ts';
import type { Reading } from '../../core/model/model.ts';
import { writeDurably } from '../registry/durable-file.ts';
import { openOwnFile, reasonOf } from '../registry/safe-file.ts';

const largestBytes = 8 * 1024 * 1024;

export function writeShutdown(workspace: string, state: ShutdownState): void {
  writeDurably(pathOf(workspace), Buffer.from(`${JSON.stringify(state, null, 2)}\n`));
}

export function readShutdown(workspace: string): Reading<ShutdownState | undefined> {
  const file = openOwnFile(pathOf(workspace), constants.O_RDONLY);
  if (!file.ok) return file.isMissing ? { ok: true, value: undefined } : file;
  try {
    if (file.value.info.size > largestBytes) return { ok: false, reason: 'too large' };
    return { ok: true, value: stateOf(JSON.parse(readFileSync(file.value.descriptor, 'utf8'))) };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  } finally {
    closeSync(file.value.descriptor);
  }
}

function pathOf(workspace: string): string {
  return join(workspace, 'shutdown_state.json');
}

function stateOf(value: Partial<ShutdownState>): ShutdownState | undefined {
  const phase = shutdownPhases.find(each => each === value?.phase);
  if (phase === undefined || !Number.isSafeInteger(value.by?.pid)) return undefined;
  return {
    timestamp: String(value.timestamp),
    reason: String(value.reason),
    phase,
    startedAt: String(value.startedAt),
    by: {
      pid: Number(value.by?.pid),
      start: String(value.by?.start),
      bootId: String(value.by?.bootId),
    },
    resumed: Number(value.resumed) || 0,
    agents: Array.isArray(value.agents) ? value.agents : [],
  };
}
