/** The demo changes nothing, and says so. */
import type { Grounds } from '../core/lifecycle/grounds.ts';
import type { RegistryStore } from '../core/registry/store.ts';
import type { Hands } from '../core/termination/hands.ts';

const isDemo = 'this is a demo: there is nothing to change';
const failed = { ok: false, reason: isDemo } as const;

export const demoStore: RegistryStore = {
  update: async ({ files }) => ({
    kind: 'refused',
    path: files[0]?.path ?? 'demo',
    reason: isDemo,
    written: [],
  }),
  recover: async () => [],
  backUp: async () => ({ ok: false, reason: isDemo }),
  backups: async () => [],
  restore: async ({ original }) => ({
    kind: 'refused',
    path: original,
    reason: isDemo,
    written: [],
  }),
};

export const demoHands: Hands = {
  hold: () => [],
  isItself: () => true,
  signal: () => 'denied',
  killSession: async () => failed,
  startSession: async () => failed,
  readScreen: async () => failed,
  letGo: async () => failed,
  noteStopped: () => true,
  wakeLeft: () => [],
  removeFile: () => ({ ok: true, value: false }),
  archiveFile: () => ({ ok: true, value: false }),
  abandon: () => [],
  release: () => undefined,
  audit: () => undefined,
  note: () => undefined,
  isThere: () => false,
  troubles: () => [],
};

export const demoGrounds: Grounds = {
  freeBytes: () => failed,
  openPlaces: () => failed,
  createFile: () => failed,
  removeEmptyPlace: () => failed,
  writeIntent: () => failed,
  removeIntent: () => failed,
  removeUnwritten: () => failed,
  intents: () => [],
  leftOvers: () => [],
  removeOwn: () => failed,
  claimShutdown: async () => failed,
  self: () => ({ pid: 0, start: '' }),
  readShutdown: () => ({ ok: true, value: undefined }),
  writeShutdown: () => failed,
  existing: () => undefined,
  random: () => '0',
};
