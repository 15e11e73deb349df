/** The workspace of the demo: files and journals that are in memory alone. */

import type { DeployIntent } from '../core/lifecycle/deployment.ts';
import { type ShutdownState, unfinishedShutdown } from '../core/lifecycle/shutdown-journal.ts';
import type { Host } from '../core/ports/host.ts';
import type { AgentFile } from '../core/termination/agent-files.ts';
import { workspace } from './cast.ts';
import type { Files } from './files.ts';
import { digits } from './noise.ts';
import type { Timeline } from './timeline.ts';

export type DemoWorkspace = {
  readonly ports: Pick<Host, 'agentFiles' | 'workspaceFiles' | 'deployJournal' | 'shutdownJournal'>;
  /** A shutdown is under way: no agent is deployed. */
  isClosed(): boolean;
};

const freeBytes = 48 * 1024 ** 3;
const done = { ok: true, value: true } as const;

export function createDemoWorkspace(timeline: Timeline, files: Files): DemoWorkspace {
  const intents = new Map<string, DeployIntent>();
  let shutdown: ShutdownState | undefined;
  let asked = 0;
  const readShutdown = () => ({ ok: true, value: shutdown }) as const;
  const take = (file: AgentFile) => ({ ok: true, value: files.take(file) }) as const;
  const ports: DemoWorkspace['ports'] = {
    agentFiles: {
      create: () => done,
      remove: take,
      archive: take,
      has: file => ({ ok: true, value: files.has(file) }),
    },
    workspaceFiles: {
      freeBytes: () => ({ ok: true, value: freeBytes }),
      ensureAgentDirectories: () => ({ ok: true, value: [] }),
      removeEmptyDirectory: () => ({ ok: true, value: false }),
      listLeftovers() {
        timeline.catchUp();
        return files.list();
      },
      removeOwn: file => ({ ok: true, value: files.take(file) }),
      existingDirectory: path => path,
    },
    deployJournal: {
      random: () => digits(--asked),
      write(intent) {
        intents.set(intent.agentId, intent);
        return done;
      },
      remove({ agentId }) {
        intents.delete(agentId);
        return done;
      },
      removeUnwritten: () => done,
      read: () =>
        [...intents.values()].map(intent => ({
          path: `${workspace}/registry/intents/${intent.agentId}.json`,
          intent: { ok: true, value: intent },
          isUnwritten: false,
          isRunning: true,
        })),
    },
    shutdownJournal: {
      claim: async () => ({ ok: true, value: { release: () => undefined } }),
      read: readShutdown,
      write(_workspace, state) {
        shutdown = state;
        return done;
      },
    },
  };
  return { ports, isClosed: () => unfinishedShutdown(readShutdown()) !== undefined };
}
