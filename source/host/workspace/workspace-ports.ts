/** The workspace ports on disk. */
import { randomBytes } from 'node:crypto';
import { statfsSync, statSync } from 'node:fs';
import type { Reading } from '../../core/model/model.ts';
import type { Host } from '../../core/ports/host.ts';
import { unlinkIfThere } from '../registry/durable-file.ts';
import { reasonOf } from '../registry/safe-file.ts';
import {
  createAgentFile,
  ensureAgentDirectories,
  removeEmptyDirectory,
} from './agent-directories.ts';
import { readDeployJournals, removeDeployJournal, writeDeployJournal } from './deploy-journals.ts';
import { listLeftovers, removeOwn } from './leftovers.ts';
import { archiveAgentFile, hasAgentFile, removeAgentFile } from './safe-agent-files.ts';
import { claimShutdown, readShutdown, writeShutdown } from './shutdown-journal-file.ts';

export type WorkspacePorts = Pick<
  Host,
  'agentFiles' | 'workspaceFiles' | 'deployJournal' | 'shutdownJournal'
>;

export function createWorkspacePorts(bootId: string): WorkspacePorts {
  return {
    agentFiles: {
      create: (file, content) => done(() => createAgentFile(file, content)),
      remove: removeAgentFile,
      archive: archiveAgentFile,
      has: hasAgentFile,
    },
    workspaceFiles: {
      freeBytes: workspace =>
        attempt(() => {
          const { bavail, bsize } = statfsSync(workspace);
          return bavail * bsize;
        }),
      ensureAgentDirectories: (workspace, task) =>
        attempt(() => ensureAgentDirectories(workspace, task)),
      removeEmptyDirectory: (workspace, task, place) =>
        attempt(() => removeEmptyDirectory(workspace, task, place)),
      listLeftovers,
      removeOwn: file => attempt(() => removeOwn(file)),
      existingDirectory(path) {
        if (path === undefined || !path.startsWith('/')) return undefined;
        const info = attempt(() => statSync(path, { throwIfNoEntry: false }));
        return info.ok && info.value?.isDirectory() ? path : undefined;
      },
    },
    deployJournal: {
      random: () => randomBytes(16).toString('hex'),
      write: intent => done(() => writeDeployJournal(intent)),
      remove: intent => done(() => removeDeployJournal(intent)),
      removeUnwritten: ({ path }) => done(() => unlinkIfThere(path)),
      read: workspace => readDeployJournals(workspace, bootId),
    },
    shutdownJournal: {
      claim: claimShutdown,
      read: readShutdown,
      write: (workspace, state) => done(() => writeShutdown(workspace, state)),
    },
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
