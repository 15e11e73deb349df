/** Records the session of each agent in vigil's state directory, so that a renamed session is
 * still known by its id. */
import { join } from 'node:path';
import type { Sighting, Tracked } from '../../core/model/model.ts';
import type { Sightings } from '../../core/ports/registries.ts';
import { isOver } from '../processes/identity.ts';
import { isTaken } from '../processes/send-to-pid.ts';
import { writeWhole } from '../registry/durable-file.ts';
import { readOwnFile } from '../registry/safe-file.ts';
import { tryTo } from '../run/try-to.ts';
import { isTrusted, makeStateDirectory } from './state-directory.ts';

/** More than any machine runs; the oldest are dropped first. */
const mostSightings = 5000;
const largestBytes = 4 * 1024 * 1024;

/** @param directory vigil's own state directory. @param bootId the current boot: ids of another
 * boot are meaningless. */
export function createSightings(directory: string, bootId: string): Sightings {
  const path = join(directory, 'sessions.json');
  const trackedPath = join(directory, 'processes.json');
  let tracked: readonly Tracked[] | undefined;
  const readTracked = () => {
    tracked ??= isTrusted(directory) ? trackedFrom(trackedPath, bootId) : [];
    return tracked;
  };
  let known: readonly Sighting[] | undefined;
  const read = () => {
    known ??= isTrusted(directory) ? readFrom(path, bootId) : [];
    return known;
  };
  return {
    read,
    readTracked,
    track(news) {
      if (news.length === 0) return;
      const all = new Map([...readTracked(), ...news].map(each => [JSON.stringify(each), each]));
      tracked = [...all.values()].filter(each => !isOver(each)).slice(-mostSightings);
      // A failed write only loses the proof of what a daemon belongs to.
      tryTo(() => {
        makeStateDirectory(directory);
        writeWhole(trackedPath, Buffer.from(JSON.stringify({ bootId, processes: tracked })));
      });
    },
    keep(sightings) {
      const before = new Map(read().map(each => [keyOf(each), each]));
      const isNew = sightings.some(each => !before.has(keyOf(each)));
      if (!isNew) return;
      const servers = new Set(sightings.map(({ serverPid }) => serverPid));
      const old = [...before.values()].filter(
        ({ serverPid }) => servers.has(serverPid) || isTaken(serverPid),
      );
      const merged = new Map([...old, ...sightings].map(each => [keyOf(each), each]));
      known = [...merged.values()].slice(-mostSightings);
      // A failed write only loses the link after a rename.
      tryTo(() => {
        makeStateDirectory(directory);
        writeWhole(path, Buffer.from(JSON.stringify({ bootId, sessions: known })));
      });
    },
  };
}

function keyOf(sighting: Sighting): string {
  const { serverPid, serverStart, sessionId, workspace, task, agentId } = sighting;
  return JSON.stringify([serverPid, serverStart, sessionId, workspace, task ?? '', agentId]);
}

/** Those of another boot, and incomplete ones, are ignored. */
function trackedFrom(path: string, bootId: string): readonly Tracked[] {
  const value = tryTo(() => {
    const file = readOwnFile(path, largestBytes);
    return file.ok ? JSON.parse(String(file.value)) : undefined;
  });
  const processes: readonly unknown[] = Array.isArray(value?.processes) ? value.processes : [];
  if (value?.bootId !== bootId) return [];
  return processes.flatMap((each): Tracked[] => {
    const { pid, start, workspace, agentId } = Object(each);
    const areTexts = [start, workspace, agentId].every(text => typeof text === 'string');
    return areTexts && Number.isSafeInteger(pid) ? [{ pid, start, workspace, agentId }] : [];
  });
}

/** Sightings of another boot, and incomplete ones, are ignored. */
function readFrom(path: string, bootId: string): readonly Sighting[] {
  const value = tryTo(() => {
    const file = readOwnFile(path, largestBytes);
    return file.ok ? JSON.parse(String(file.value)) : undefined;
  });
  const sessions: readonly unknown[] = Array.isArray(value?.sessions) ? value.sessions : [];
  return value?.bootId === bootId ? sessions.flatMap(sightingOf) : [];
}

function sightingOf(value: unknown): Sighting[] {
  const { serverPid, serverStart, sessionId, workspace, task, agentId } = Object(value);
  const areTexts = [serverStart, sessionId, workspace, agentId].every(
    each => typeof each === 'string',
  );
  if (!areTexts || !Number.isSafeInteger(serverPid)) return [];
  const own = typeof task === 'string' ? task : undefined;
  return [{ serverPid, serverStart, sessionId, workspace, task: own, agentId }];
}
