/** The grounds of the demo: intents, journals and left-overs that are in memory alone. */
import type { DeployIntent } from '../../core/lifecycle/deployment.ts';
import type { Grounds } from '../../core/lifecycle/grounds.ts';
import { type ShutdownState, unfinishedShutdown } from '../../core/lifecycle/shutdown-journal.ts';
import { workspace } from './cast.ts';
import type { Files } from './files.ts';
import { digits } from './noise.ts';
import type { Timeline } from './timeline.ts';

export type DemoGrounds = {
  readonly grounds: Grounds;
  /** A shutdown is under way: nobody is deployed. */
  isClosed(): boolean;
};

const freeBytes = 48 * 1024 ** 3;
const done = { ok: true, value: true } as const;

export function createDemoGrounds(timeline: Timeline, files: Files): DemoGrounds {
  const intents = new Map<string, DeployIntent>();
  let journal: ShutdownState | undefined;
  let asked = 0;
  const read = () => ({ ok: true, value: journal }) as const;
  const grounds: Grounds = {
    freeBytes: () => ({ ok: true, value: freeBytes }),
    openPlaces: () => ({ ok: true, value: [] }),
    createFile: () => done,
    removeEmptyPlace: () => ({ ok: true, value: false }),
    writeIntent(intent) {
      intents.set(intent.agentId, intent);
      return done;
    },
    removeIntent({ agentId }) {
      intents.delete(agentId);
      return done;
    },
    removeUnwritten: () => done,
    intents: () =>
      [...intents.values()].map(intent => ({
        path: `${workspace}/registry/intents/${intent.agentId}.json`,
        intent: { ok: true, value: intent },
        isUnwritten: false,
        isRunning: true,
      })),
    leftOvers() {
      timeline.catchUp();
      return files.list();
    },
    removeOwn: file => ({ ok: true, value: files.take(file) }),
    claimShutdown: async () => ({ ok: true, value: { release: () => undefined } }),
    readShutdown: read,
    writeShutdown(_workspace, state) {
      journal = state;
      return done;
    },
    existing: path => path,
    random: () => digits(--asked),
  };
  return { grounds, isClosed: () => unfinishedShutdown(read()) !== undefined };
}
