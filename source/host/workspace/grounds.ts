/** What vigil makes and tidies up below a workspace, on disk. */
import { randomBytes } from 'node:crypto';
import { statfsSync, statSync } from 'node:fs';
import type { Grounds } from '../../core/lifecycle/grounds.ts';
import type { Reading } from '../../core/model.ts';
import { unlinkIfThere } from '../registry/durable-file.ts';
import { reasonOf } from '../registry/safe-file.ts';
import { createAgentFile, openPlaces, removeEmptyPlace } from './agent-places.ts';
import { readIntents, removeIntent, writeIntent } from './intents.ts';
import { listLeftOvers, removeOwn } from './left-overs.ts';
import { claimShutdown } from './shutdown-claim.ts';
import { readShutdown, writeShutdown } from './shutdown-file.ts';

export function createGrounds(bootId: string): Grounds {
  return {
    freeBytes: workspace =>
      attempt(() => {
        const { bavail, bsize } = statfsSync(workspace);
        return bavail * bsize;
      }),
    openPlaces: (workspace, task) => attempt(() => openPlaces(workspace, task)),
    createFile: (file, content) => done(() => createAgentFile(file, content)),
    removeEmptyPlace: (workspace, task, place) =>
      attempt(() => removeEmptyPlace(workspace, task, place)),
    writeIntent: intent => done(() => writeIntent(intent)),
    removeIntent: intent => done(() => removeIntent(intent)),
    removeUnwritten: ({ path }) => done(() => unlinkIfThere(path)),
    intents: workspace => readIntents(workspace, bootId),
    leftOvers: listLeftOvers,
    removeOwn: file => attempt(() => removeOwn(file)),
    claimShutdown: workspace => claimShutdown(workspace),
    readShutdown,
    writeShutdown: (workspace, state) => done(() => writeShutdown(workspace, state)),
    existing(path) {
      if (path === undefined || !path.startsWith('/')) return undefined;
      const info = attempt(() => statSync(path, { throwIfNoEntry: false }));
      return info.ok && info.value?.isDirectory() ? path : undefined;
    },
    random: () => randomBytes(16).toString('hex'),
  };
}

function attempt<T>(work: () => T): Reading<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

function done(work: () => void): Reading<true> {
  const result = attempt(work);
  return result.ok ? { ok: true, value: true } : result;
}
